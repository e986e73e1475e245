/** The pages of the catalog. Those of servers of which nothing changed are left out: they are linked from the last build. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../core/failure.ts';
import type { Catalog } from '../../schemas/types.ts';
import { catalogBytes } from './catalog.ts';
import type { WrittenServers } from './registry-files.ts';
import { beginSite, type SiteBuild } from './site.ts';

export interface Pages extends Pick<WrittenServers, 'built' | 'unchanged'> {
  readonly registry: Catalog['registry'];
  /** The folder that was built last, with the pages that did not change. */
  readonly before: string;
  /** What builds them. Where its styles are other than before, another build makes every page. */
  readonly site: SiteBuild;
  /** Where the pages go. */
  readonly out: string;
}

/** @throws Failure `site` */
export async function writePages(pages: Pages): Promise<void> {
  const { built, unchanged, before, out, site } = pages;
  const all = [...built.keys()];
  const changed = all.filter((name) => !unchanged.has(name));
  // Without the page of any server, the site would lack the styles of all of them.
  const some = changed.length > 0 ? changed : all.slice(0, 1);
  await site.finish(catalogOf(pages, some), detailsOf(pages, some), out);
  if (some.length === all.length || (await assets(out)) === (await assets(before))) return;
  // The pages that did not change name styles and scripts that are not made any more.
  await rm(out, { recursive: true });
  const again = await beginSite();
  try {
    await again.finish(catalogOf(pages, all), detailsOf(pages, all), out);
  } finally {
    await again.end();
  }
}

const catalogOf = ({ registry, built }: Pages, only: readonly string[]): ReturnType<typeof catalogBytes> =>
  catalogBytes(
    registry,
    [...built.values()].map(({ page }) => page),
    only,
  );

const detailsOf = ({ built }: Pages, only: readonly string[]): ReadonlyMap<string, Uint8Array> =>
  new Map(only.map((name) => [name, built.get(name)?.detail ?? Buffer.alloc(0)]));

/** The names of all styles and scripts, which hold the hashes of their bytes. */
async function assets(site: string): Promise<string> {
  const names = await readdir(join(site, '_astro')).catch((error: unknown): string[] => {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  });
  return JSON.stringify(names.sort());
}
