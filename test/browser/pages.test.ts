import { describe, expect, test } from 'vitest';
import { comparisonPath } from '../../scripts/publish/comparisons.ts';
import { browserForFile } from '../support/browser.ts';
import { sampleCatalog } from './sample-catalog.ts';
import { sampleSiteForFile } from './sample-site.ts';
import { violations } from './violations.ts';
import { watchedPage, type WatchedPage } from './watched-page.ts';

const browser = browserForFile();
const origin = sampleSiteForFile();

const missing = '/servers/unknown/';
const hostileVersion = sampleCatalog.servers.find(({ manifest }) => manifest.name === 'hostile')?.versions[1]?.version;
const hostileComparison = `/servers/hostile/compare/${comparisonPath(hostileVersion ?? '', '1.2.0')}/`;

const pages: readonly (readonly [string, string])[] = [
  ['the list', '/'],
  ['the list by last change', '/changed/'],
  ['the list of one data class', '/data/internal/'],
  ['the list of one tag', '/tag/finance/'],
  ['all tags', '/tag/'],
  ['search results', '/?q=mail'],
  ['filters together', '/?q=table&data=restricted&tag=finance&sort=changed'],
  ['several values of one filter', '/?data=internal&data=public&type=npm&type=oci'],
  ['a search without results', '/?q=%3Cimg+src%3Dx+onerror%3DhostileTextRan%3D1%3E'],
  ['a server with 29 tools', '/servers/github/'],
  ['a server with every field', '/servers/warehouse/'],
  ['a server without tools', '/servers/empty/'],
  ['a server whose tools were not captured', '/servers/stub/'],
  ['a remote endpoint', '/servers/jira/'],
  ['a deprecated server', '/servers/fetch/'],
  ['a revoked server', '/servers/archive/'],
  ['a withdrawn server', '/servers/weather/'],
  ['hostile text', '/servers/hostile/'],
  ['what was revoked', '/revocations/'],
  ['who maintains what', '/maintainers/'],
  ['which server has which tool', '/tools/'],
  ['what servers connect to', '/backends/'],
  ['when approvals end', '/calendar/'],
  ['when access was reviewed', '/calendar/reviews/'],
  ['keys', '/keys/'],
  ['how hosts verify', '/verify/'],
  ['how to add a server', '/add/'],
  ['a comparison of two versions', '/servers/github/compare/1.1.0...1.2.0/'],
  ['a comparison of hostile text', hostileComparison],
  ['an address without a page', missing],
];

/** Layout does not depend on the colours, nor colours on the width: two runs of axe see every one of both. */
describe.each([
  ['light', 1280, true],
  ['light', 320, false],
  ['dark', 1280, false],
  ['dark', 320, true],
] as const)('%s, %i pixels wide', (colorScheme, width, withAxe) => {
  let watched: WatchedPage | undefined;

  test.each(pages)('%s fits, is accessible, and makes the browser complain of nothing', async (_, path) => {
    watched ??= await watchedPage(
      await browser().newContext({ colorScheme, viewport: { width, height: 900 } }),
      origin(),
    );
    const { page, complaints } = watched;
    complaints.length = 0;
    await page.goto(origin() + path);
    if (path.includes('?')) await page.getByRole('status').filter({ hasText: 'match' }).waitFor();

    expect(await page.locator('h1').count()).toBe(1);
    const overflow = await page.evaluate(() => {
      const whole = document.documentElement;
      const closed = whole.scrollWidth - innerWidth;
      for (const tool of document.querySelectorAll('details')) tool.open = true;
      return { closed, open: whole.scrollWidth - innerWidth };
    });
    expect(overflow).toEqual({ closed: 0, open: 0 });
    expect(withAxe ? await violations(page) : []).toEqual([]);
    expect(complaints.filter((complaint) => !is404OfItself(complaint, path))).toEqual([]);
  });
});

/** Chromium itself notes on the console that an address answered 404. */
const is404OfItself = (complaint: string, path: string): boolean =>
  path === missing && complaint.includes('status of 404');

describe('taken together', () => {
  const paths = pages.map(([, path]) => path).filter((path) => !path.includes('?'));

  test.each(['title', 'meta[name=description]'])('no two pages share their %s', async (selector) => {
    const page = await browser().newPage();
    const words: string[] = [];
    for (const path of paths) {
      await page.goto(origin() + path);
      const element = page.locator(selector);
      words.push((await element.getAttribute('content')) ?? (await element.textContent()) ?? '');
    }
    expect(words.every((said) => said.length > 0)).toBe(true);
    expect(new Set(words).size).toBe(paths.length);
    await page.close();
  });

  test('every link is https, without a referrer, or leads to a file that is here', async () => {
    const page = await browser().newPage();
    const links: { readonly href: string; readonly rel: string }[] = [];
    for (const path of paths) {
      await page.goto(origin() + path);
      const found = await page.locator('a').evaluateAll((all) =>
        all.map((link) => ({
          href: new URL(link.getAttribute('href') ?? 'missing:', location.href).href,
          rel: link.getAttribute('rel') ?? '',
        })),
      );
      links.push(...found);
    }
    const isHere = (href: string): boolean => href.startsWith(`${origin()}/`);
    const elsewhere = links.filter(({ href }) => !isHere(href));
    expect(elsewhere.length).toBeGreaterThan(5);
    // Programs of the reader's own, which get nothing but the launcher's words.
    const installs = ['vscode:mcp/install?', 'cursor://anysphere.cursor-deeplink/mcp/install?'];
    for (const link of elsewhere) {
      if (installs.some((start) => link.href.startsWith(start))) continue;
      expect(link).toEqual({ href: expect.stringMatching(/^https:/u), rel: 'noopener noreferrer' });
    }
    const here = new Set(links.filter(({ href }) => isHere(href)).map(({ href }) => href.replace(/#.*$/u, '')));
    here.delete(origin() + missing);
    expect(here.size).toBeGreaterThan(40);
    for (const href of here) expect([href, (await fetch(href)).status]).toEqual([href, 200]);
    await page.close();
  });
});
