import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { canonicalJson } from '../../core/canonical.ts';
import { sampleCatalog } from '../../test/browser/sample-catalog.ts';
import { sampleDetail, sampleDetails } from '../../test/browser/sample-details.ts';
import { temporaryFolder } from '../../test/support/folder.ts';
import { writePages } from './pages.ts';
import { pagePaths } from './server-detail.ts';
import { beginSite } from './site.ts';

const names = sampleCatalog.servers.map(({ manifest }) => manifest.name);
const [first = '', second = ''] = names;
const built = new Map(
  sampleCatalog.servers.map((server) => [
    server.manifest.name,
    {
      ...{ record: '', page: canonicalJson(server), row: Buffer.alloc(0), parts: [], files: [] },
      ...{ detail: canonicalJson(sampleDetail(server)), pages: pagePaths(sampleDetail(server)) },
    },
  ]),
);

/** Where the site is built that others are compared with. */
let whole: string;

/** Builds the pages of the servers that changed since `before` was built, and gives their folder. */
async function pages(unchanged: readonly string[], before: string): Promise<string> {
  const out = join(await temporaryFolder(), 'pages');
  const { registry } = sampleCatalog;
  const site = await beginSite();
  try {
    await writePages({ registry, built, unchanged: new Set(unchanged), before, site, out });
  } finally {
    await site.end();
  }
  return out;
}

async function contentOf(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(files.map(async (file) => [file.slice(folder.length + 1), await readFile(file, 'hex')] as const)),
  );
}

beforeAll(async () => {
  whole = await pages([], 'nothing was built yet');
});

test('makes only the pages of servers that changed, and with those that did not the site is the same', async () => {
  const made = await contentOf(await pages(names.slice(1), whole));
  const all = await contentOf(whole);
  const pagesOf = (name: string): readonly string[] => built.get(name)?.pages ?? [];
  expect([...made.keys()].filter((path) => path.startsWith('servers/'))).toEqual(pagesOf(first));
  const linked = names.slice(1).flatMap((name) => pagesOf(name).map((path) => [path, all.get(path)] as const));
  expect(new Map([...made, ...linked])).toEqual(all);
});

test('has the styles of servers also where no server changed', async () => {
  const made = await contentOf(await pages(names, whole));
  const styles = (files: ReadonlyMap<string, string>): string[] =>
    [...files.keys()].filter((path) => path.startsWith('_astro/')).sort();
  expect(styles(made)).toEqual(styles(await contentOf(whole)));
});

test('makes every page again where those that did not change name other styles', async () => {
  const before = await temporaryFolder();
  const style = join(before, '_astro/of-an-older-site.css');
  await mkdir(dirname(style));
  await writeFile(style, '');
  expect(await contentOf(await pages([first, second], before))).toEqual(await contentOf(whole));
});

test('waits for a catalog that is made later than all that needs none', async () => {
  const site = await beginSite();
  const out = join(await temporaryFolder(), 'pages');
  try {
    // What comes before it takes a second: a catalog that is there earlier proves nothing.
    await setTimeout(3000);
    await site.finish(canonicalJson({ ...sampleCatalog, only: names }), sampleDetails(sampleCatalog), out);
  } finally {
    await site.end();
  }
  expect(await contentOf(out)).toEqual(await contentOf(whole));
});

test('ends a build for which there will be no catalog, and leaves nothing behind', async () => {
  const caches = join(import.meta.dirname, '../../node_modules/.cache/countersign');
  const others = new Set(await readdir(caches));
  const site = await beginSite();
  const made = (await readdir(caches)).filter((name) => !others.has(name) && name.startsWith('site-'));
  await site.end();
  const left = await readdir(caches);
  expect(made.filter((name) => !left.includes(name))).not.toEqual([]);
});
