import type { BrowserContextOptions, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { sha256 } from '../../core/digest.ts';
import { browserForFile } from '../support/browser.ts';
import { hint } from './sample-catalog.ts';
import { sampleSiteForFile } from './sample-site.ts';
import { watchedPage } from './watched-page.ts';

const browser = browserForFile();
const origin = sampleSiteForFile();
const phone = { viewport: { width: 360, height: 740 } };

async function withPage(
  path: string,
  read: (page: Page) => Promise<void>,
  options: BrowserContextOptions & { readonly day?: string } = {},
): Promise<void> {
  const { day, ...rest } = options;
  const context = await browser().newContext({ ...rest, permissions: ['clipboard-read', 'clipboard-write'] });
  try {
    if (day !== undefined) await context.clock.setFixedTime(new Date(day));
    const { page, complaints } = await watchedPage(context, origin());
    await page.goto(origin() + path);
    await read(page);
    expect(complaints).toEqual([]);
  } finally {
    await context.close();
  }
}

const verdict = async (page: Page): Promise<string> =>
  ((await page.locator('.verdict').textContent()) ?? '').replace(/\s+/gu, ' ').trim();

test('the verdict names who approved what, where, when and until when, and the command that checks it', async () => {
  await withPage('/servers/github/', async (page) => {
    expect(await verdict(page)).toMatch(
      /^Approved by m\.okafor \(security\) and j\.lindqvist \(data-platform\) in pull request 42 on 16 April 2026, valid until 16 April 2027, for the bytes with SHA-256 [0-9a-f]{12}…\.$/u,
    );
    const pull = page.getByRole('link', { name: 'pull request 42' });
    expect(await pull.getAttribute('href')).toBe('https://git.example.com/platform/mcp-registry/pull/42');
    expect(await page.locator('.check').textContent()).toContain('countersign verify github');
  });
});

test('the page names the key that signed this approval, which may be older than the newest one', async () => {
  await withPage('/servers/github/', async (page) => {
    expect(
      await page
        .locator('aside, .facts')
        .allTextContents()
        .then((all) => all.join()),
    ).toContain(`signed by key ${hint('an older key')}`);
    expect(await page.locator('main').innerText()).not.toContain(hint('key'));
    expect(await page.locator('footer').innerText()).toContain(`Its newest key for approvals is ${hint('key')}.`);
  });
});

test('the buttons copy both commands and the digests in full', async () => {
  await withPage('/servers/github/', async (page) => {
    const copied = async (name: string): Promise<string> => {
      await page.getByRole('button', { name, exact: true }).click();
      return page.evaluate(async () => navigator.clipboard.readText());
    };
    expect(await copied('Copy the command')).toBe('countersign run github');
    expect(await copied('Copy the command that checks it')).toBe('countersign verify github');
    expect(await copied('Copy the digest: Artefact')).toMatch(/^[0-9a-f]{64}$/u);
    expect(await page.locator('button', { hasText: 'Copied' }).count()).toBe(3);
  });
});

test('nothing moves when the buttons are shown', async () => {
  await withPage(
    '/servers/github/',
    async (page) => {
      const [shown, hidden] = await page.evaluate(() => {
        const places = (): number[] =>
          [...document.querySelectorAll('main *')].map((element) => element.getBoundingClientRect().top);
        const buttons = document.querySelectorAll<HTMLButtonElement>('button[data-copy]');
        const withButtons = places();
        for (const button of buttons) button.hidden = true;
        return [withButtons, places()];
      });
      expect(hidden).toEqual(shown);
      expect(await page.locator('button:visible').count()).toBe(0);
    },
    phone,
  );
});

test('the settings of each client start the launcher, and a link that needs no value does too', async () => {
  await withPage('/servers/github/', async (page) => {
    const href = await page.getByRole('link', { name: 'Add to VS Code' }).getAttribute('href');
    expect(JSON.parse(decodeURIComponent(href?.split('?')[1] ?? ''))).toEqual({
      ...{ name: 'github', command: 'countersign', args: ['run', 'github'] },
    });
    expect(await page.getByRole('link', { name: 'Add to Cursor' }).count()).toBe(1);
    await page.getByText('Settings for other clients').click();
    expect(await page.locator('pre:visible').count()).toBe(5);
  });
  await withPage('/servers/warehouse/', async (page) => {
    expect(await page.getByRole('link', { name: /^Add to/u }).count()).toBe(0);
  });
});

test("a link to a tool opens it, and its schema opens as text, without a script's help", async () => {
  await withPage(
    '/servers/github/#tool-get_commit',
    async (page) => {
      expect(await page.locator('details[open] #tool-get_commit').isVisible()).toBe(true);
      await page.locator('#tool-get_commit summary', { hasText: 'Input schema' }).click();
      expect(JSON.parse(await page.locator('#tool-get_commit pre').innerText())).toMatchObject({ title: 'get_commit' });
    },
    { javaScriptEnabled: false },
  );
});

test('the list of versions leads to a page that compares two, word by word', async () => {
  await withPage('/servers/github/', async (page) => {
    expect(await page.locator('.tool-changes').textContent()).toMatch(/New:\s+push_files/u);
    await page.locator('.versions').getByRole('link', { name: 'since 1.1.0' }).click();
    await page.waitForURL('**/servers/github/compare/1.1.0...1.2.0/');
    expect(await page.locator('h1').textContent()).toMatch(/What changed from\s+1\.1\.0\s+to\s+1\.2\.0/u);
    expect(await page.locator('.word-by-word del').allTextContents()).toEqual(['one repository']);
    expect(await page.locator('.word-by-word ins').allTextContents()).toEqual(['all repositories']);
    const changes = page.getByRole('region', { name: 'What it may reach and is given' });
    expect(await changes.textContent()).toMatch(/gained\s+data class\s+raised.*was\s+internal\s*, now\s+confidential/u);
    expect(await page.getByRole('region', { name: 'Packages' }).textContent()).toMatch(/1 new, 0\s+gone, 1 otherwise/u);
  });
});

test('where versions are compared, digests and addresses are in the font of code, and what is loud says so', async () => {
  await withPage('/servers/github/compare/1.1.0...1.2.0/', async (page) => {
    const fontOf = async (text: string) =>
      page
        .getByText(text, { exact: true })
        .first()
        .evaluate((found) => getComputedStyle(found).fontFamily);
    const code = await fontOf('1.1.0');
    expect(code).toContain('monospace');
    expect(await fontOf('description')).not.toBe(code);
    const digests = [sha256('github 1.1.0'), sha256('github 1.2.0'), sha256('instructions')];
    for (const text of [...digests, 'npm:@example/github@1.2.0']) expect(await fontOf(text)).toBe(code);
    const fields = page.getByRole('region', { name: 'Other fields of the manifest' });
    expect(await fields.locator('.change-text', { hasText: 'look at this first' }).allInnerTexts()).toEqual([
      expect.stringContaining('artefact.sha256'),
    ]);
  });
});

test('a server with one version compares with nothing', async () => {
  await withPage('/servers/mail/', async (page) => {
    expect(await page.locator('.versions').textContent()).toContain('first');
    expect(await page.locator('a[href*="/compare/"], .tool-changes').count()).toBe(0);
  });
});

test('what hosts enforce is apart from what is only declared, and no placeholder is raw', async () => {
  await withPage('/servers/warehouse/', async (page) => {
    const reach = page.getByRole('region', { name: 'What it can reach' });
    expect(await reach.locator('.facts').first().textContent()).toMatch(/change\s+the path you give as\s+<folder>/u);
    expect(await reach.locator('.facts').last().textContent()).toContain('PostgreSQL 17');
    expect(await page.locator('main').textContent()).not.toContain('${');
    const text = (await page.locator('main').innerText()).split('PGPASSWORD');
    expect(text.length - 1).toBeLessThanOrEqual(2);
  });
});

test('the publisher who signed how it was built is named, and where none did, that is said', async () => {
  const review = (page: Page): Promise<string | null> =>
    page.getByRole('region', { name: 'What the review found' }).textContent();
  await withPage('/servers/warehouse/', async (page) => {
    expect(await review(page)).toMatch(/data\/mcp-postgres.*\.github\/workflows\/release\.yml/su);
  });
  await withPage('/servers/github/', async (page) => {
    expect(await review(page)).toMatch(/1 open, 1 accepted.*Accepted until\s+1 May 2027.*no verified statement/su);
  });
});

test('a revoked server has no command and no link to install it, and its seal is not green', async () => {
  await withPage('/servers/archive/', async (page) => {
    expect(await page.getByRole('region', { name: 'State' }).textContent()).toMatch(
      /revoked\s+since\s+3 October 2026/u,
    );
    expect(await verdict(page)).toMatch(/^Was approved by .*; since then revoked\.$/u);
    expect(await page.locator('.seal').getAttribute('class')).toBe('seal seal-over');
    expect(await page.locator('.command, .install').count()).toBe(0);
  });
});

test('once its approval has ended, the page says so beside the command too', async () => {
  await withPage(
    '/servers/github/',
    async (page) => {
      expect(await page.getByText('Hosts refuse this command').isVisible()).toBe(true);
      expect(await page.locator('.seal').getAttribute('class')).toBe('seal');
    },
    { day: '2027-04-17T00:00:00Z' },
  );
});

test.each(['/servers/github/', '/servers/warehouse/'])(
  'on a phone, %s shows the command without scrolling',
  async (path) => {
    await withPage(
      path,
      async (page) => {
        const { bottom } = await page.locator('.command').evaluate((element) => element.getBoundingClientRect());
        expect(bottom).toBeLessThan(phone.viewport.height);
        const glance = await page.locator('.glance').evaluate((element) => element.getBoundingClientRect().top);
        expect(glance).toBeLessThan(phone.viewport.height * 1.2);
      },
      { ...phone, colorScheme: 'dark' },
    );
  },
);

test.each([
  ['warehouse', 'countersign credentials set warehouse PGPASSWORD'],
  ['jira', 'countersign credentials set jira token'],
])('%s is run after its secret is kept, and the environment is the other way', async (name, command) => {
  await withPage(`/servers/${name}/`, async (page) => {
    const run = await page.getByRole('region', { name: 'Run it' }).innerText();
    expect(run.replaceAll(/\s+/gu, ' ')).toContain(
      `First keep its secret, once (what for): ${command} asks for it. Or set a variable of that name where countersign starts.`,
    );
  });
});
