import type { BrowserContextOptions, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { browserForFile } from '../support/browser.ts';
import { searchRow } from '../../schemas/search-row.ts';
import { sampleCatalog } from './sample-catalog.ts';
import { sampleSiteForFile } from './sample-site.ts';
import { watchedPage } from './watched-page.ts';

const browser = browserForFile();
const origin = sampleSiteForFile();

async function onPage(
  path: string,
  act: (page: Page) => Promise<void>,
  options: BrowserContextOptions = {},
): Promise<void> {
  const context = await browser().newContext(options);
  try {
    const { page, complaints } = await watchedPage(context, origin());
    await page.goto(origin() + path);
    await act(page);
    expect(complaints).toEqual([]);
  } finally {
    await context.close();
  }
}

const box = (page: Page) => page.getByRole('searchbox', { name: 'Search servers and tools' });
const found = (page: Page, name: string) => page.locator(`[data-name="${name}"]:visible`);
const shownNames = async (page: Page) =>
  page.locator('[data-name]:visible').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-name')));
async function shows(page: Page, names: readonly string[]): Promise<void> {
  await expect.poll(async () => shownNames(page), { timeout: 10_000 }).toEqual(names);
}
const everything = sampleCatalog.servers.map(({ manifest }) => manifest.name);
const withClass = (wanted: string): string[] =>
  sampleCatalog.servers.flatMap(({ manifest }) => (manifest.data_classification === wanted ? [manifest.name] : []));

test('a row says what a server is, who answers for it, what it can reach, and when it changed last', async () => {
  await onPage('/', async (page) => {
    const words = async (name: string): Promise<string> => found(page, name).innerText();
    expect(await words('archive')).toMatch(/restricted data\s+revoked\s[\s\S]*no network\s+1 tool\s[\s\S]*2026-10-03/u);
    expect(await words('fetch')).toContain('any host');
    expect(await words('github')).toContain('api.github.com, *.githubusercontent.com');
    expect(await words('jira')).toContain('runs elsewhere, on <region>.vendor.example.com');
    expect(await words('warehouse')).toContain('warehouse.example.com:5432 · changes files');
  });
});

test('a tool is found by what it does, and the row says which tool', async () => {
  await onPage('/', async (page) => {
    await box(page).fill('pull requests that merge');
    await shows(page, ['github']);
    expect(await found(page, 'github').locator('.row-found').textContent()).toBe('Found in tool merge_pull_request');
  });
});

test.each([
  ['confidential', 'jira', 'data class confidential'],
  ['gdpr', 'warehouse', 'compliance gdpr'],
  ['confidental', 'jira', 'data class confidential'],
  ['controlers', 'warehouse', 'audience controllers'],
])('%s is found, and the row says where', async (query, name, where) => {
  await onPage('/', async (page) => {
    await box(page).fill(query);
    await shows(page, [name]);
    expect(await found(page, name).locator('.row-found').textContent()).toBe(`Found in ${where}`);
  });
});

test('a row that was found looks as it does in the list', async () => {
  await onPage('/', async (page) => {
    const rows = async (): Promise<string[]> =>
      page.locator('.row:visible').evaluateAll((all) =>
        all.map((row) => {
          const copy = row.cloneNode(true) as Element;
          copy.removeAttribute('id');
          copy.querySelector('.row-found')?.remove();
          return copy.outerHTML;
        }),
      );
    const inList = await rows();
    await page.goto(`${origin()}/?sort=name`);
    await page.locator('[data-found=rows] .row').first().waitFor();
    expect(await rows()).toEqual(inList);
  });
});

test('filters are combined with a search, and their address can be shared', async () => {
  await onPage('/data/restricted/', async (page) => {
    await shows(page, withClass('restricted'));
    await box(page).fill('ledger');
    await shows(page, ['warehouse']);
    await page.getByRole('region', { name: 'Tag' }).getByRole('link', { name: 'finance' }).click();
    await page.getByRole('status').filter({ hasText: 'tagged finance' }).waitFor();
    const address = page.url();
    expect(address).toBe(`${origin()}/?q=ledger&data=restricted&tag=finance`);
    await onPage(address.slice(origin().length), async (other) => {
      await shows(other, ['warehouse']);
      await other.getByRole('link', { name: 'remove the filter finance' }).click();
      await expect.poll(() => other.url()).toBe(`${origin()}/?q=ledger&data=restricted`);
      await shows(other, ['warehouse']);
    });
  });
});

const choices = (page: Page, facet: string) => page.getByRole('region', { name: facet });
const ofType = (wanted: string): string[] =>
  sampleCatalog.servers.map(searchRow).flatMap((row) => (row.artefactType === wanted ? [row.name] : []));

test('several values of a facet can be chosen and taken back, each with its number of servers', async () => {
  await onPage('/type/remote/', async (page) => {
    const types = choices(page, 'Type');
    const classes = choices(page, 'Data class');
    // The number of a value is that of the servers that it would have alone: the other values of its facet do not count.
    const numbers = async (): Promise<string[]> =>
      (await types.getByRole('listitem').allInnerTexts()).map((text) => text.replace(/\s+/gu, ' '));
    await types.getByRole('link', { name: 'tarball' }).click();
    await shows(page, ['hostile', 'jira']);
    expect(page.url()).toBe(`${origin()}/?type=remote&type=tarball`);
    await expect
      .poll(numbers)
      .toEqual([`npm package ${ofType('npm').length}`, 'endpoint elsewhere 1', 'tarball 1', 'any']);
    await classes.getByRole('link', { name: 'internal' }).click();
    await shows(page, ['hostile']);
    expect(page.url()).toBe(`${origin()}/?data=internal&type=remote&type=tarball`);
    const internal = ofType('npm').filter((name) => withClass('internal').includes(name));
    await expect.poll(numbers).toEqual(['endpoint elsewhere 0', `npm package ${internal.length}`, 'tarball 1', 'any']);
    await classes.getByRole('link', { name: 'confidential' }).click();
    await shows(page, ['hostile', 'jira']);
    expect(await page.getByRole('status').textContent()).toBe(
      '2 servers match with confidential or internal data, of type endpoint elsewhere or tarball.',
    );
    await types.getByRole('link', { name: 'endpoint elsewhere: remove' }).click();
    await shows(page, ['hostile']);
    await page.goBack();
    await shows(page, ['hostile', 'jira']);
    await page.getByRole('link', { name: 'remove tarball' }).click();
    await shows(page, ['jira']);
    await classes.getByRole('link', { name: 'any' }).click();
    await expect.poll(() => page.url()).toBe(`${origin()}/?type=remote`);
    await shows(page, ['jira']);
  });
});

test('an address with one value, or with one that no server has, still works', async () => {
  await onPage('/?type=remote', async (page) => {
    await shows(page, ofType('remote'));
    await page.goto(`${origin()}/?type=remote&type=wasm`);
    await shows(page, ofType('remote'));
    await choices(page, 'Type').getByRole('link', { name: 'wasm: remove' }).click();
    await expect.poll(() => page.url()).toBe(`${origin()}/?type=remote`);
  });
});

test('by keyboard, one value after the other is chosen, and focus stays where it was', async () => {
  await onPage('/data/public/', async (page) => {
    const focused = async () => page.evaluate(() => document.activeElement?.textContent);
    await choices(page, 'Data class').getByRole('link', { name: 'internal' }).focus();
    await page.keyboard.press('Enter');
    await shows(page, [...withClass('internal'), ...withClass('public')].sort());
    await expect.poll(focused).toBe('internal');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('confidential');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.url()).toBe(`${origin()}/?data=confidential&data=internal&data=public`);
    await expect.poll(focused).toBe('confidential');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.url()).toBe(`${origin()}/?data=internal&data=public`);
    await expect.poll(focused).toBe('confidential');
  });
});

test('where filters leave nothing, the page says what would find something, and how to ask for a server', async () => {
  await onPage('/?q=ledger&data=public', async (page) => {
    await page.getByRole('status').filter({ hasText: 'No server matches “ledger”, with public data.' }).waitFor();
    expect(await page.getByText('servers/<name>.yaml').isVisible()).toBe(true);
    await page.getByRole('link', { name: 'Without “Data class: public”' }).click();
    await shows(page, ['warehouse']);
  });
});

test('what was found can be sorted by last change', async () => {
  await onPage('/?state=active&q=mail', async (page) => {
    await shows(page, ['mail', 'jira']);
    await page.getByRole('link', { name: 'last change' }).click();
    await shows(page, ['jira', 'mail']);
    expect(page.url()).toBe(`${origin()}/?q=mail&state=active&sort=changed`);
  });
});

test('Back keeps a search, and goes from it to where it began', async () => {
  await onPage('/data/internal/', async (page) => {
    await box(page).pressSequentially('inbox');
    await shows(page, ['mail']);
    await found(page, 'mail').getByRole('link').click();
    await page.getByRole('heading', { level: 1, name: 'mail' }).waitFor();
    await page.goBack();
    await shows(page, ['mail']);
    expect(await box(page).inputValue()).toBe('inbox');
    await page.goBack();
    await expect.poll(() => page.url()).toBe(`${origin()}/data/internal/`);
    await shows(page, withClass('internal'));
    expect(await box(page).inputValue()).toBe('');
  });
});

test('arrow keys go through what was found and back, and Enter opens', async () => {
  await onPage('/', async (page) => {
    const focused = async () => page.evaluate(() => document.activeElement?.textContent);
    await page.keyboard.press('/');
    await page.keyboard.type('mail');
    await shows(page, ['mail', 'jira', 'archive', 'weather']);
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toBe('mail');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toBe('archive');
    for (const _ of [1, 2, 3]) await page.keyboard.press('ArrowUp');
    expect(await box(page).evaluate((input) => input === document.activeElement)).toBe(true);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${origin()}/servers/mail/`);
  });
});

test('without scripts, every filter has a page, and no link needs a script', async () => {
  await onPage(
    '/',
    async (page) => {
      await page.getByRole('region', { name: 'State' }).getByRole('link', { name: 'revoked' }).click();
      expect(page.url()).toBe(`${origin()}/state/revoked/`);
      await shows(page, ['archive']);
      // One value takes the place of the other: only a script lists the servers of both.
      await page.getByRole('region', { name: 'State' }).getByRole('link', { name: 'withdrawn' }).click();
      await shows(page, ['weather']);
      const links = await page.locator('a:visible').evaluateAll((all) => all.map((link) => link.getAttribute('href')));
      expect(links.filter((href) => href?.includes('?'))).toEqual([]);
      await page.getByRole('link', { name: 'All 11 servers' }).click();
      await page.getByRole('link', { name: 'last change' }).click();
      expect((await shownNames(page)).slice(0, 3)).toEqual(['archive', 'fetch', 'weather']);
    },
    { javaScriptEnabled: false },
  );
});

test('at 360 pixels the filters are one link away, and a search works', async () => {
  await onPage(
    '/',
    async (page) => {
      await page.getByRole('link', { name: 'Filters' }).click();
      const top = await page.locator('#filters').evaluate((heading) => heading.getBoundingClientRect().top);
      expect(top).toBeLessThan(800);
      await page.getByRole('region', { name: 'Data class' }).getByRole('link', { name: 'public' }).click();
      await shows(page, withClass('public'));
      await box(page).fill('proxy');
      await shows(page, ['web-reader']);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
      await box(page).fill('');
      await page.getByRole('link', { name: 'Filters' }).click();
      await choices(page, 'Data class').getByRole('link', { name: 'internal' }).click();
      await page.getByRole('status').filter({ hasText: 'with internal or public data' }).waitFor();
      await page.getByRole('link', { name: /^Show \d+ servers?$/u }).click();
      const ofList = await page.locator('#found').evaluate((list) => list.getBoundingClientRect().top);
      expect(Math.abs(ofList)).toBeLessThan(800);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    },
    { viewport: { width: 360, height: 800 } },
  );
});

test('every row has an address of its own', async () => {
  await onPage('/#server-weather', async (page) => {
    await shows(page, everything);
    expect(await page.locator('.row:target').getAttribute('data-name')).toBe('weather');
  });
});

test.each(['light', 'dark'] as const)(
  'in %s, what hosts refuse is not written as what may run, in the list and in what was found',
  async (colorScheme) => {
    await onPage(
      '/',
      async (page) => {
        const look = async (name: string): Promise<string> =>
          found(page, name)
            .locator('.row-state')
            .evaluate((state) => `${getComputedStyle(state).color} ${getComputedStyle(state).fontWeight}`);
        const names = ['github', 'fetch', 'archive', 'weather'];
        const [active, deprecated, revoked, withdrawn] = await Promise.all(names.map(look));
        expect(new Set([active, deprecated, revoked]).size).toBe(3);
        expect(withdrawn).toBe(revoked);
        await page.goto(`${origin()}/?sort=name`);
        await page.locator('[data-found=rows] .row').first().waitFor();
        expect(await Promise.all(names.map(look))).toEqual([active, deprecated, revoked, withdrawn]);
        await page.goto(`${origin()}/servers/archive/`);
        const inNotice = await page.locator('.notice .state').evaluate((state) => getComputedStyle(state).color);
        expect(revoked).toContain(inNotice);
      },
      { colorScheme },
    );
  },
);

test('by keyboard alone, somebody finds a server by what it does, and takes its command along', async () => {
  await onPage(
    '/',
    async (page) => {
      await page.keyboard.press('/');
      await page.keyboard.type('pull requests that merge');
      await shows(page, ['github']);
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.waitForURL(`${origin()}/servers/github/`);
      const focused = async () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
      for (let stops = 0; stops < 20 && (await focused()) !== 'Copy the command'; stops += 1)
        await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Copy the command', exact: true }).getByText('Copied').waitFor();
      expect(await page.evaluate(async () => navigator.clipboard.readText())).toBe('countersign run github');
    },
    { permissions: ['clipboard-read', 'clipboard-write'] },
  );
});
