import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { browserForFile } from '../support/browser.ts';
import type { ServedFolder } from './merging-registry.ts';
import { openViewSite, wordsOfOthers } from './view-site.ts';
import { violations } from './violations.ts';
import { watchedPage } from './watched-page.ts';

const browser = browserForFile();
let site: ServedFolder;
beforeAll(async () => {
  site = await openViewSite();
});
afterAll(async () => site?.close());

/** What of the words is in the whole document: elements that are hidden, attributes and titles too. */
const telling = async (page: Page): Promise<string[]> => {
  const whole = (await page.content()).toLowerCase();
  return wordsOfOthers.filter((word) => whole.includes(word));
};

/** The paths of this site that the links of a page lead to. */
async function linked(page: Page): Promise<string[]> {
  const links = await page.locator('a').evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).href));
  return links
    .map((link) => new URL(link))
    .flatMap(({ origin, pathname }) => (origin === site.origin && pathname.endsWith('/') ? [pathname] : []));
}

const ofEachKind = [
  ...['/', '/changed/', '/servers/notes/', '/servers/notes/compare/1.0.0...1.1.0/', '/servers/tiny/'],
  ...['/audience/', '/audience/developers/', '/data/public/', '/state/active/', '/tag/', '/tag/notes/', '/type/npm/'],
  ...['/tools/', '/maintainers/', '/backends/', '/revocations/', '/calendar/', '/calendar/reviews/'],
  ...['/keys/', '/verify/', '/add/'],
];

test.each([
  ['light', 1280],
  ['dark', 360],
] as const)(
  'every page of a view says whose it is and shows nothing of others: %s, %i pixels wide',
  async (colorScheme, width) => {
    const context = await browser().newContext({ colorScheme, viewport: { width, height: 800 } });
    const { page, complaints } = await watchedPage(context, site.origin);
    // From the list on, with those that have all values of a facet: they are linked where there are many.
    const paths = new Set(['/', '/audience/', '/tag/']);
    for (const path of paths) {
      await page.goto(site.origin + path, { waitUntil: 'networkidle' });
      for (const each of await linked(page)) paths.add(each);
      expect([path, await telling(page)]).toEqual([path, []]);
      expect([path, await page.getByRole('banner').getByText('for developers').isVisible()]).toEqual([path, true]);
      expect(await page.getByRole('contentinfo').innerText()).toContain(
        'This copy holds the servers that members of developers may see, and those that are for everyone.',
      );
      expect([path, await violations(page)]).toEqual([path, []]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
    }
    expect([...paths]).toEqual(expect.arrayContaining(ofEachKind));
    expect(complaints).toEqual([]);
    await context.close();
  },
  180_000,
);

test('a search in a view finds nothing of others', async () => {
  const context = await browser().newContext();
  const { page, complaints } = await watchedPage(context, site.origin);
  await page.goto(site.origin);
  const box = page.getByRole('searchbox', { name: 'Search servers and tools' });
  const shown = async () =>
    page.locator('[data-name]:visible').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-name')));
  await box.fill('note');
  await expect.poll(shown).toEqual(['notes']);
  for (const word of wordsOfOthers) {
    await box.fill(word);
    await page
      .getByRole('status')
      .filter({ hasText: `“${word}”` })
      .waitFor();
    expect([word, await shown()]).toEqual([word, []]);
  }
  const index = await (await fetch(`${site.origin}/search.json`)).text();
  expect(wordsOfOthers.filter((word) => index.toLowerCase().includes(word))).toEqual([]);
  await page.goto(`${site.origin}/?audience=accountants`);
  await page.getByRole('status').filter({ hasText: 'No server matches only for accountants.' }).waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});

test('the address of a server of others has no page, and no similar name is offered that is not in the view', async () => {
  const context = await browser().newContext();
  const page = await context.newPage();
  expect((await page.goto(`${site.origin}/servers/payroll/`))?.status()).toBe(404);
  await page.waitForLoadState('networkidle');
  expect(await page.locator('main').innerText()).toContain('not in this copy, which is for developers');
  expect(await violations(page)).toEqual([]);
  const links = await page.locator('a').evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''));
  expect(links.filter((href) => /\/servers\//u.test(href))).toEqual([]);
  await context.close();
});
