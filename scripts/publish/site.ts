import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Failure } from '../../core/failure.ts';

const site = join(import.meta.dirname, '../../site');

/** Builds the catalog's pages from a catalog file into a folder. @throws Failure `site` */
export async function buildSite(catalogFile: string, outFolder: string): Promise<void> {
  const astro = createRequire(import.meta.url).resolve('astro/package.json');
  const { bin } = JSON.parse(await readFile(astro, 'utf8')) as { bin: { astro: string } };
  const words = ['build', '--outDir', outFolder, '--silent'];
  try {
    await promisify(execFile)(process.execPath, [join(dirname(astro), bin.astro), ...words], {
      cwd: site,
      env: { ...process.env, CATALOG_FILE: catalogFile, ASTRO_TELEMETRY_DISABLED: '1' },
    });
  } catch (cause) {
    const { stderr = '', stdout = '' } = cause as { stderr?: string; stdout?: string };
    throw new Failure(
      'site',
      `the catalog's pages could not be built: ${`${stderr}${stdout}`.trim().slice(-2000)}`,
      'see the message',
      { cause },
    );
  }
}
