/** What the pages of many servers cost: all of them, the lists alone, and a key press in the search. */
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { canonicalJson } from '../../core/canonical.ts';
import { searchRow } from '../../schemas/search-row.ts';
import { searchBytes } from '../../scripts/publish/catalog.ts';
import { siteEnvironment } from '../../scripts/publish/site.ts';
import { sampleDetails } from '../browser/sample-details.ts';
import { manyServers } from './many-servers.ts';
import { measureOnce, root, usageRow, type Most, type Row } from './measure.ts';
import { searchRows } from './search-keys.ts';

/** Of ten thousand servers. */
const most: Most = { tookMs: 30_000, rssBytes: 1_000_000_000 };

export async function benchSite(folder: string, count: number): Promise<Row[]> {
  const catalog = manyServers(count);
  const servers = `${count.toLocaleString('en')} servers`;
  // Astro finds packages from where it is run, and moves its files by renaming.
  const caches = join(root, 'node_modules/.cache/countersign');
  await mkdir(caches, { recursive: true });
  const work = await mkdtemp(join(caches, 'bench-site-'));
  await mkdir(join(folder, 'details'));
  for (const [name, detail] of sampleDetails(catalog)) await writeFile(join(folder, 'details', `${name}.json`), detail);
  const build = async (name: string, only?: readonly string[]) => {
    const file = join(folder, `${name}.json`);
    await writeFile(file, canonicalJson(only === undefined ? catalog : { ...catalog, only }));
    return measureOnce({
      what: name,
      folder: work,
      program: join(dirname(createRequire(import.meta.url).resolve('astro/package.json')), 'bin/astro.mjs'),
      words: ['build', '--root', join(root, 'site'), '--outDir', join(work, name), '--silent'],
      env: siteEnvironment(process.env, file),
    });
  };
  try {
    const lists = await build(
      'lists',
      catalog.servers.slice(0, 1).map(({ manifest }) => manifest.name),
    );
    const all = await build('all');
    const dist = join(folder, 'dist');
    await rename(join(work, 'all'), dist);
    const search = searchBytes(catalog.servers.map((server) => canonicalJson(searchRow(server))));
    await writeFile(join(dist, 'search.json'), search);
    const pages = (await readdir(dist, { recursive: true })).filter((path) => path.endsWith('index.html')).length;
    return [
      usageRow(`pages of ${servers}`, all, most),
      usageRow(`lists of ${servers}, and the page of one that changed`, lists),
      ['  pages that are not of one server', (pages - count).toLocaleString('en'), ''],
      ['  search.json', `${(search.length / 1e6).toFixed(1)} MB`, ''],
      ...(await searchRows(dist, servers)),
    ];
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
