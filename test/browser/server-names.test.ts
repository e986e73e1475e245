import { expect, test } from 'vitest';
import type { Catalog, CatalogServer } from '../../schemas/types.ts';
import { sampleCatalog } from './sample-catalog.ts';
import { sampleSiteForFile } from './sample-site.ts';

/**
 * A server's page lies below `/servers/`, where no other page does, so that no name takes the place of a page. These are
 * the names that would, anywhere else: pages, folders and files at the top, and what pages of lists are called.
 */
const names: readonly string[] = [
  ...['404', 'add', 'approvals', 'backends', 'calendar', 'changed', 'compare', 'data', 'index', 'keys', 'maintainers'],
  ...['metadata', 'page', 'reviews', 'revocations', 'search', 'servers', 'tag', 'tools', 'trust', 'verify'],
];
const many = 1_200;

const [template] = sampleCatalog.servers.filter(({ manifest }) => manifest.name === 'mail') as [CatalogServer];
const [tool] = template.tools as [CatalogServer['tools'][number]];
const catalog: Catalog = {
  ...sampleCatalog,
  servers: names.map((name) => ({
    ...template,
    manifest: { ...template.manifest, name },
    tools:
      name === 'tools'
        ? Array.from({ length: many }, (_, at) => ({ ...tool, name: `tool_${String(at).padStart(4, '0')}` }))
        : [],
  })),
};
const origin = sampleSiteForFile(catalog);

const headingOf = async (path: string): Promise<string | undefined> =>
  /<h1[^>]*>(.*?)<\/h1>/su.exec(await (await fetch(origin() + path)).text())?.[1]?.trim();

test.each(names)('a server may be called %s', async (name) => {
  expect(await headingOf(`/servers/${name}/`)).toContain(name);
});

test.each([
  ['/', 'Servers'],
  ['/add/', 'Add a server'],
  ['/backends/', 'Systems'],
  ['/calendar/', 'Review calendar'],
  ['/calendar/reviews/', 'Access reviews'],
  ['/keys/', 'Keys'],
  ['/maintainers/', 'Maintainers'],
  ['/revocations/', 'Revocations'],
  ['/tools/', 'Tools'],
  ['/verify/', 'How hosts verify'],
  ['/servers/unknown/', 'Page not found'],
])('%s stays the page of that address', async (path, heading) => {
  expect(await headingOf(path)).toBe(heading);
});

test('an index of more than 500 has several pages, and the first one leads to each', async () => {
  const first = await (await fetch(`${origin()}/tools/`)).text();
  expect(first.match(/id="tool-/gu)).toHaveLength(500);
  for (const href of ['/tools/2/', '/tools/3/']) expect(first).toContain(`<a href="${href}"`);
  const last = await (await fetch(`${origin()}/tools/3/`)).text();
  expect(last.match(/id="tool-/gu)).toHaveLength(200);
  expect(last).toContain('tool_1199');
});
