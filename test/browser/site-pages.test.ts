import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { browserForFile } from '../support/browser.ts';
import { hostileMarkup, sampleCatalog, scriptFlag } from './sample-catalog.ts';
import { sampleSiteForFile } from './sample-site.ts';
import { watchedPage } from './watched-page.ts';

const browser = browserForFile();
const origin = sampleSiteForFile();

async function withPage(
  path: string,
  read: (page: Page) => Promise<void>,
  { today = '2026-11-01T00:00:00Z', ...options }: BrowserContextOptions & { readonly today?: string } = {},
): Promise<void> {
  const context = await browser().newContext(options);
  try {
    const { page, complaints } = await watchedPage(context, origin());
    await page.clock.setFixedTime(today);
    await page.goto(origin() + path);
    await read(page);
    expect(complaints.filter((complaint) => !complaint.includes('status of 404'))).toEqual([]);
  } finally {
    await context.close();
  }
}

describe('the way between pages', () => {
  test('stands in the bar, and says which page this is', async () => {
    await withPage('/revocations/', async (page) => {
      const bar = page.getByRole('navigation', { name: 'Main pages' });
      expect(await bar.locator('[aria-current=page]').allTextContents()).toEqual(['Revocations']);
      await bar.getByRole('link', { name: 'Keys' }).click();
      expect(await page.locator('h1').textContent()).toBe('Keys');
    });
  });

  test('stands at the end on a phone, one link away', async () => {
    await withPage(
      '/',
      async (page) => {
        expect(await page.getByRole('navigation', { name: 'Main pages' }).isVisible()).toBe(false);
        await page.getByRole('link', { name: 'Pages', exact: true }).click();
        const all = page.getByRole('navigation', { name: 'All pages of this registry' });
        expect(await all.getByRole('link').count()).toBe(9);
        expect(await all.evaluate((nav) => nav.getBoundingClientRect().bottom <= innerHeight)).toBe(true);
      },
      { viewport: { width: 360, height: 740 } },
    );
  });
});

test('a tool leads to its place on the page of a server, and opens there', async () => {
  await withPage('/tools/', async (page) => {
    const entry = page.locator('#tool-get_issue');
    await entry.getByRole('link', { name: 'github' }).click();
    await page.waitForURL(`${origin()}/servers/github/#tool-get_issue`);
    const inside = page.locator('#tool-get_issue').getByText('Link to this tool');
    await inside.waitFor();
    expect(await inside.isVisible()).toBe(true);
  });
});

test('a tool that agents may not use is no tool of the index', async () => {
  await withPage('/tools/', async (page) => {
    expect(await page.locator('#tool-create_file').count()).toBe(1);
    expect(await page.locator('#tool-delete_file').count()).toBe(0);
  });
});

test('a server that hosts refuse is named with its state', async () => {
  await withPage('/tools/', async (page) => {
    expect(await page.locator('#tool-search_mail dd').innerText()).toBe('archive revoked');
  });
});

test.each(['/tools/', '/backends/', '/maintainers/', '/keys/', '/revocations/', '/calendar/'])(
  'text that others wrote stays text on %s',
  async (path) => {
    await withPage(path, async (page) => {
      expect(await page.locator('main :is(script, img, iframe, b, i)').count()).toBe(0);
      expect(await page.evaluate((flag) => flag in window, scriptFlag)).toBe(false);
      expect(await page.locator('html').innerHTML()).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b]/u);
    });
  },
);

test('every key has its fingerprint, its time and its state', async () => {
  await withPage('/keys/', async (page) => {
    const rows = page.getByRole('row').filter({ has: page.locator('.digest') });
    const { keys, root } = sampleCatalog.registry;
    expect(await rows.locator('.digest').allTextContents()).toEqual(keys.map(({ hint }) => hint).toReversed());
    const [now, ended, stolen] = await rows.allInnerTexts();
    expect(now).toMatch(/no end\s+The newest key/u);
    expect(ended).toMatch(/2026-02-01\s+ended\./u);
    expect(stolen).toContain('12 approvals still count');
    expect(stolen).toContain(hostileMarkup);
    const [of] = root.roles;
    expect(await page.getByText('2 of 3 keys must sign. Says which keys').isVisible()).toBe(true);
    expect(await page.getByText(of?.keys[0] ?? '').count()).toBe(2);
  });
});

describe('the calendar', () => {
  test('has the month in which each approval ends, and no server that hosts refuse', async () => {
    await withPage('/calendar/', async (page) => {
      expect(await page.locator('h2').allTextContents()).toEqual(['April 2027']);
      expect(await page.getByRole('link', { name: 'archive' }).count()).toBe(0);
      expect(await page.getByText('approval ended').first().isVisible()).toBe(false);
    });
  });

  test('marks what has ended on the day of its reader', async () => {
    await withPage(
      '/calendar/reviews/',
      async (page) => {
        expect(await page.locator('h2').allTextContents()).toEqual(['April 2026']);
        expect(await page.getByText('approval ended').first().isVisible()).toBe(true);
      },
      { today: '2027-05-01T00:00:00Z' },
    );
  });
});

describe('an address without a page', () => {
  test('offers servers with a similar name, and a search', async () => {
    await withPage('/servers/githb/', async (page) => {
      await page.getByRole('heading', { name: 'Servers with a similar name' }).waitFor();
      expect(await page.locator('[data-near] a').allTextContents()).toEqual(['github']);
      expect(await page.getByRole('link', { name: 'Search for “githb”' }).getAttribute('href')).toBe('/?q=githb');
      await page.getByRole('main').getByRole('link', { name: 'github', exact: true }).click();
      expect(await page.locator('h1').textContent()).toBe('GitHub');
    });
  });

  test('shows a hostile address as text', async () => {
    await withPage(`/${encodeURIComponent(hostileMarkup.slice(0, 30))}/`, async (page) => {
      await page.getByRole('link', { name: 'Search for' }).waitFor();
      expect(await page.locator('main :is(script, img)').count()).toBe(0);
    });
  });

  test('leads to the list without scripts', async () => {
    await withPage(
      '/servers/githb/',
      async (page) => {
        expect(await page.locator('[data-near]').isVisible()).toBe(false);
        expect(await page.getByRole('link', { name: 'the list' }).isVisible()).toBe(true);
      },
      { javaScriptEnabled: false },
    );
  });
});

test('on paper there is no bar of links, tools are open, and links say where they lead', async () => {
  await withPage(
    '/servers/github/',
    async (page) => {
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      expect(await page.getByRole('navigation', { name: 'Main pages' }).isVisible()).toBe(false);
      expect(await page.getByText('What to look for.').first().isVisible()).toBe(true);
      expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(255, 255, 255)');
    },
    { colorScheme: 'dark' },
  );
});
