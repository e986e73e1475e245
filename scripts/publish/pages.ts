/** The pages of the catalog. Those of servers of which nothing changed are left out: they are linked from the last build. */
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../core/failure.ts';
import type { Catalog } from '../../schemas/types.ts';
import { catalogBytes } from './catalog.ts';
import type { WrittenServers } from './registry-files.ts';
import { buildSite } from './site.ts';

export interface Pages extends Pick<WrittenServers, 'built' | 'unchanged'> {
  readonly registry: Catalog['registry'];
  /** The folder that was built last, with the pages that did not change. */
  readonly before: string;
  /** Where the catalog's file may be. */
  readonly work: string;
  /** Where the pages go. */
  readonly out: string;
}

export const pagePath = (name: string): string => `servers/${name}/index.html`;

/** @throws Failure `site` */
export async function writePages(pages: Pages): Promise<void> {
  const { built, unchanged, before, out } = pages;
  const all = [...built.keys()];
  const changed = all.filter((name) => !unchanged.has(name));
  // Without the page of any server, the site would lack the styles of all of them.
  const some = changed.length > 0 ? changed : all.slice(0, 1);
  await write(pages, some);
  if (some.length === all.length || (await assets(out)) === (await assets(before))) return;
  // The pages that did not change name styles and scripts that are not made any more.
  await rm(out, { recursive: true });
  await write(pages, all);
}

async function write({ registry, built, work, out }: Pages, only: readonly string[]): Promise<void> {
  const file = join(work, 'catalog.json');
  const servers = [...built.values()].map(({ page }) => page);
  await writeFile(file, catalogBytes(registry, servers, only));
  await buildSite(file, out);
}

/** The names of all styles and scripts, which hold the hashes of their bytes. */
async function assets(site: string): Promise<string> {
  const names = await readdir(join(site, '_astro')).catch((error: unknown): string[] => {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  });
  return JSON.stringify(names.sort());
}
