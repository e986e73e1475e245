import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Failure } from '../../core/failure.ts';

const root = join(import.meta.dirname, '../..');

/** Builds the catalog's pages from a catalog file into a folder. @throws Failure `site` */
export async function buildSite(catalogFile: string, outFolder: string): Promise<void> {
  const astro = createRequire(import.meta.url).resolve('astro/package.json');
  const { bin } = JSON.parse(await readFile(astro, 'utf8')) as { bin: { astro: string } };
  const words = ['build', '--root', join(root, 'site'), '--outDir', outFolder, '--silent'];
  // Astro keeps half-built pages where it is run, and finds packages from there: two builds need a folder each.
  const caches = join(root, 'node_modules/.cache/countersign');
  await mkdir(caches, { recursive: true });
  const work = await mkdtemp(join(caches, 'site-'));
  try {
    await promisify(execFile)(process.execPath, [join(dirname(astro), bin.astro), ...words], {
      cwd: work,
      env: environmentOf(catalogFile),
    });
  } catch (cause) {
    const { stderr = '', stdout = '' } = cause as { stderr?: string; stdout?: string };
    throw new Failure(
      'site',
      `the catalog's pages could not be built: ${`${stderr}${stdout}`.trim().slice(-2000)}`,
      'see the message',
      { cause },
    );
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * Nothing else of the shell's environment, in which tokens and keys may lie: the site's build runs code of some hundred
 * packages.
 */
function environmentOf(catalogFile: string): Record<string, string> {
  // What no program starts without on Windows, and where programs and temporary files are found.
  const names = ['PATH', 'HOME', 'TMPDIR', 'SystemRoot', 'SystemDrive', 'TEMP', 'TMP', 'USERPROFILE'];
  const kept = names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]] as const]));
  return { ...Object.fromEntries(kept), CATALOG_FILE: catalogFile, ASTRO_TELEMETRY_DISABLED: '1' };
}
