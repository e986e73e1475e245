import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { asDiskFailure } from '../../core/disk.ts';
import { Failure, systemCode } from '../../core/failure.ts';
import { replaceFolder } from './replace-folder.ts';

const root = join(import.meta.dirname, '../..');

/** A build of the catalog's pages that has begun without the catalog: it needs seconds before it reads it. */
export interface SiteBuild {
  /**
   * Builds the pages of a catalog into a folder; called once. `details` has what only their own pages show, as JSON, of
   * the servers whose pages are to be made. @throws Failure `site`
   */
  readonly finish: (
    catalog: string | Uint8Array,
    details: ReadonlyMap<string, string | Uint8Array>,
    outFolder: string,
  ) => Promise<void>;
  /** Ends it where it is not finished, and removes what it left. */
  readonly end: () => Promise<void>;
}

export async function beginSite(): Promise<SiteBuild> {
  const astro = createRequire(import.meta.url).resolve('astro/package.json');
  const { bin } = JSON.parse(await readFile(astro, 'utf8')) as { bin: { astro: string } };
  // Astro keeps half-built pages where it is run, and finds packages from there: two builds need a folder each.
  const caches = join(root, 'node_modules/.cache/countersign');
  await mkdir(caches, { recursive: true });
  const work = await mkdtemp(join(caches, 'site-'));
  // Astro moves its files by renaming, so they stay on that file system until they are finished.
  const pages = join(work, 'pages');
  const catalogFile = join(work, 'catalog.json');
  // A file each: Astro reads one at a time, and never holds those of 10,000 servers.
  const detailFolder = join(work, 'details');
  await mkdir(detailFolder);
  const words = ['build', '--root', join(root, 'site'), '--outDir', pages, '--silent'];
  const ending = new AbortController();
  const ended = promisify(execFile)(process.execPath, [join(dirname(astro), bin.astro), ...words], {
    cwd: work,
    env: siteEnvironment(process.env, catalogFile),
    signal: ending.signal,
  });
  // Where it fails before anybody waits for its pages, that is said to whoever does.
  ended.catch(() => undefined);
  ended.child.stdin?.on('error', () => undefined);
  return {
    finish: async (catalog, details, outFolder) => {
      try {
        // At once: it waits for them, and what goes on meanwhile may leave few turns to write them in.
        for (const [name, detail] of details) writeFileSync(join(detailFolder, `${name}.json`), detail);
        writeFileSync(catalogFile, catalog);
        // It waits for the end of its input before it reads the file.
        ended.child.stdin?.end();
        await ended;
        await replaceFolder(pages, outFolder);
      } catch (cause) {
        if (systemCode(cause) !== undefined) throw asDiskFailure(cause, outFolder);
        const { stderr = '', stdout = '' } = cause as { stderr?: string; stdout?: string };
        throw new Failure(
          'site',
          `the catalog's pages could not be built: ${`${stderr}${stdout}`.trim().slice(-2000)}`,
          'see the message',
          { cause },
        );
      }
    },
    end: async () => {
      ending.abort();
      await ended.catch(() => undefined);
      await rm(work, { recursive: true, force: true });
    },
  };
}

/**
 * What the build gets of a shell's environment. No token and no key that the shell holds: the build runs the code of
 * some hundred packages. Nor the shell's NODE_OPTIONS, which would make it load other code.
 */
export function siteEnvironment(shell: NodeJS.ProcessEnv, catalogFile: string): Record<string, string> {
  // What no program starts without on Windows, and where programs and temporary files are found.
  const names = ['PATH', 'HOME', 'TMPDIR', 'SystemRoot', 'SystemDrive', 'TEMP', 'TMP', 'USERPROFILE'];
  const passed = names.flatMap((name) => (shell[name] === undefined ? [] : [[name, shell[name]] as const]));
  return {
    ...Object.fromEntries(passed),
    // In megabytes. With Node's own 16, pages that are half made are copied to the old space, and the build takes more memory.
    NODE_OPTIONS: '--max-semi-space-size=32',
    CATALOG_FILE: catalogFile,
    ASTRO_TELEMETRY_DISABLED: '1',
  };
}
