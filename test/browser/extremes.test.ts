import { expect, test } from 'vitest';
import type { Catalog, CatalogServer } from '../../schemas/types.ts';
import { browserForFile } from '../support/browser.ts';
import { sampleCatalog } from './sample-catalog.ts';
import { sampleSiteForFile } from './sample-site.ts';
import { watchedPage } from './watched-page.ts';

const [template] = sampleCatalog.servers.filter(({ manifest }) => manifest.name === 'github') as [CatalogServer];
const [tool] = template.tools as [CatalogServer['tools'][number]];
const longText = `${'word '.repeat(3_999)}the end`;

/** More than get a page each. */
const tags = Array.from({ length: 450 }, (_, index) => `tag-${String(index).padStart(3, '0')}`);

const withTools = (name: string, tools: CatalogServer['tools']): CatalogServer => {
  const { tools: _, ...manifest } = template.manifest;
  return { ...template, manifest: { ...manifest, name, tags }, tools };
};

const { repository: _, branch: __, ...registry } = sampleCatalog.registry;
const catalog: Catalog = {
  ...{ schemaVersion: 1, registry },
  servers: [
    withTools('long', [{ ...tool, description: longText }]),
    withTools(
      'many',
      Array.from({ length: 5_000 }, (_each, index) => ({ ...tool, name: `tool_${String(index).padStart(4, '0')}` })),
    ),
  ],
};

const browser = browserForFile();
const origin = sampleSiteForFile(catalog);

test('5,000 tools are all named and have an anchor, and the first 300 open', async () => {
  const context = await browser().newContext({ viewport: { width: 360, height: 740 } });
  const { page, complaints } = await watchedPage(context, origin());
  await page.goto(`${origin()}/servers/many/#tool-tool_4999`);
  expect(await page.locator('.tool').count()).toBe(300);
  expect(await page.locator('[id^="tool-tool_"]').count()).toBe(5_000);
  expect(await page.locator('#tool-tool_4999').isVisible()).toBe(true);
  expect((await page.content()).length).toBeLessThan(3_000_000);
  expect(complaints).toEqual([]);
  await context.close();
});

test('a description of 20,000 characters is whole where it is opened, and one line where it is not', async () => {
  const context = await browser().newContext({ viewport: { width: 360, height: 740 } });
  const { page } = await watchedPage(context, origin());
  await page.goto(`${origin()}/servers/long/`);
  const entry = page.locator('.tool');
  expect((await entry.boundingBox())?.height).toBeLessThan(150);
  await entry.locator('> summary').click();
  expect(await entry.getByText('the end').isVisible()).toBe(true);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
  await context.close();
});

test('where there are too many tags for a page each, no link is shown that only scripts follow, where there are none', async () => {
  const shown = async (javaScriptEnabled: boolean): Promise<{ readonly all: number; readonly dead: number }> => {
    const context = await browser().newContext({ javaScriptEnabled });
    const page = await context.newPage();
    await page.goto(`${origin()}/tag/`);
    expect(await page.getByText('are listed by scripts only').isVisible()).toBe(!javaScriptEnabled);
    const all = await page.locator('.values a:visible').count();
    const dead = await page.locator('a[href*="?"]:visible').count();
    await context.close();
    return { all, dead };
  };
  const { all, dead } = await shown(true);
  expect([all, dead > 0]).toEqual([tags.length, true]);
  expect(await shown(false)).toEqual({ all: all - dead, dead: 0 });
});

test('without the address of a repository, no page links to one', async () => {
  const page = await (await fetch(`${origin()}/servers/long/`)).text();
  expect(page).toContain('pull request 42');
  expect(page).not.toMatch(/\/pull\/42|Edit this manifest|Report a problem/u);
});

test('of very many tags, those beyond the first are one click away within a search, and can be chosen together', async () => {
  const context = await browser().newContext({ viewport: { width: 1280, height: 800 } });
  const { page, complaints } = await watchedPage(context, origin());
  await page.goto(`${origin()}/?tag=tag-000&type=npm`);
  const ofTag = page.getByRole('region', { name: 'Tag' });
  await ofTag.getByText('442 more').click();
  expect(await ofTag.locator('a:visible').count()).toBe(8 + 1 + 200);
  await ofTag.getByText('The search finds the others.').waitFor();
  await ofTag.getByRole('link', { name: 'tag-207' }).click();
  await page.getByRole('status').filter({ hasText: 'tagged tag-000 or tag-207' }).waitFor();
  expect(page.url()).toBe(`${origin()}/?type=npm&tag=tag-000&tag=tag-207`);
  await expect.poll(async () => page.evaluate(() => document.activeElement?.textContent)).toBe('tag-207');
  expect(complaints).toEqual([]);
  await context.close();
});
