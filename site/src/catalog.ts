import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Catalog, ServerDetail } from '../../schemas/types.ts';

/** The data of all pages, read once from the file that the pipeline built and checked. */
export const catalog: Catalog = await readCatalog(process.env['CATALOG_FILE']);

/** What only the pages of one server show. It is read again each time, because the memory has no room for all of them. */
export function detailOf(name: string): ServerDetail {
  const file = join(dirname(process.env['CATALOG_FILE'] ?? ''), 'details', `${name}.json`);
  return JSON.parse(readFileSync(file, 'utf8')) as ServerDetail;
}

async function readCatalog(path: string | undefined): Promise<Catalog> {
  if (path === undefined || path === '') {
    throw new Error('CATALOG_FILE is not set: give it the absolute path of the catalog that `registry build` writes');
  }
  // The build begins before the file is there, and the end of its input says that it is.
  if (!process.stdin.readableEnded) await once(process.stdin.resume(), 'end');
  const read = JSON.parse(readFileSync(path, 'utf8')) as Catalog;
  if (read.schemaVersion !== 1) {
    throw new Error(`${path} has schemaVersion ${String(read.schemaVersion)}, not 1: build it with this checkout`);
  }
  return read;
}
