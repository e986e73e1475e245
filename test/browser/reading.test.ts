import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { browserForFile } from '../support/browser.ts';
import { hostileMarkup, longWord, sampleCatalog, scriptFlag, toolNames } from './sample-catalog.ts';
import { sampleSiteForFile } from './sample-site.ts';
import { watchedPage } from './watched-page.ts';

const browser = browserForFile();
const origin = sampleSiteForFile();

async function withPage(path: string, read: (page: Page) => Promise<void>, javaScriptEnabled = true): Promise<void> {
  const context = await browser().newContext({ javaScriptEnabled });
  try {
    const { page, complaints } = await watchedPage(context, origin());
    await page.goto(origin() + path);
    await read(page);
    expect(complaints).toEqual([]);
  } finally {
    await context.close();
  }
}

describe('without scripts', () => {
  test('the whole list is there, and no search that would not work', async () => {
    await withPage(
      '/',
      async (page) => {
        expect(await page.locator('.row:visible').count()).toBe(sampleCatalog.servers.length);
        expect(await page.getByRole('search').isVisible()).toBe(false);
        await page.getByRole('link', { name: 'github' }).click();
        expect(await page.locator('h1').textContent()).toBe('GitHub');
      },
      false,
    );
  });

  test('a page says everything, and its tools open', async () => {
    await withPage(
      '/servers/github/',
      async (page) => {
        for (const name of ['Approval', 'Run it', 'What it can reach', 'Tools', 'Versions', 'Facts']) {
          expect(await page.getByRole('heading', { name, exact: true }).isVisible()).toBe(true);
        }
        expect(await page.locator('.tool > summary:visible').count()).toBe(toolNames.length);
        expect(await page.locator('button:visible').count()).toBe(0);
        await page.locator('summary', { hasText: 'add_comment' }).click();
        expect(await page.getByText('What to look for.').first().isVisible()).toBe(true);
      },
      false,
    );
  });
});

test.each([
  ['/servers/stub/', 'The tools of this version were not captured', 'tools not captured'],
  ['/servers/empty/', 'This version has no tools', '0 tools'],
])('%s tells tools that nobody knows from none at all', async (path, said, inTheList) => {
  await withPage(path, async (page) => expect(await page.getByText(said).isVisible()).toBe(true));
  await withPage('/', async (page) => {
    const row = page.locator('.row').filter({ has: page.locator(`a[href="${path}"]`) });
    expect(await row.locator('.row-tools').textContent()).toBe(inTheList);
  });
});

test('the page of an endpoint says what is sent to it, and what nobody reviewed', async () => {
  await withPage('/servers/jira/', async (page) => {
    const entry = (name: string) =>
      page.locator('.entries > div').filter({ has: page.getByText(name, { exact: true }) });
    expect(await entry('Authorization').textContent()).toMatch(/Required\.\s+Always\s+Bearer\s+<token>\s*\./u);
    expect(await entry('X-Mode').textContent()).toMatch(/One of\s+read\s+or\s+write/u);
    expect(await entry('<token>').last().textContent()).toMatch(/Required\.\s+Secret\./u);
    expect(await page.getByRole('region', { name: 'Facts' }).textContent()).toMatch(
      /npm:@vendor\/mcp@1\.0\.0\s*\(not reviewed\)/u,
    );
  });
});

test('a page says what a server tells an agent besides its tools, and what nobody approved', async () => {
  await withPage('/servers/empty/', async (page) => {
    for (const name of ['Prompts', 'Resources', 'Resource templates', 'Instructions to agents'])
      expect(await page.getByRole('heading', { name, exact: true }).isVisible()).toBe(true);
    await page.locator('summary', { hasText: 'summarise' }).click();
    expect(await page.getByText('As 2026-04.').isVisible()).toBe(true);
    await page.locator('summary', { hasText: 'letter://{id}' }).click();
    expect(await page.getByText('text/markdown').isVisible()).toBe(true);
    await page.locator('summary', { hasText: 'Ask for one month' }).click();
    expect(await page.locator('.as-written:visible', { hasText: 'Ask for one month' }).count()).toBe(1);
    expect(await page.getByText('They are not part of what was approved').isVisible()).toBe(true);
  });
  await withPage('/servers/github/', async (page) => {
    expect(await page.getByRole('heading', { name: 'Prompts', exact: true }).count()).toBe(0);
  });
});

describe('by keyboard', () => {
  test.each(['/', '/servers/github/', '/servers/warehouse/'])(
    'the tab key comes to every link, field and tool of %s in order, and shows where it is',
    async (path) => {
      await withPage(path, async (page) => {
        // Until the timestamp answers, a link to it stands in that place.
        await page.getByText('fresh until').waitFor();
        const stops = page.locator(':is(a, input, summary, button):visible');
        const count = await stops.count();
        expect(count).toBeGreaterThan(10);
        for (let expected = 0; expected < count; expected += 1) {
          await page.keyboard.press('Tab');
          const stop = await stops.nth(expected).evaluate((element) => {
            const { left, right, top, bottom } = element.getBoundingClientRect();
            return {
              text: element.textContent,
              focused: element === document.activeElement,
              outlined: getComputedStyle(element).outlineStyle === 'solid',
              inView: left >= 0 && right <= innerWidth && top < innerHeight && bottom > 0,
            };
          });
          expect(stop).toMatchObject({ focused: true, outlined: true, inView: true });
        }
      });
    },
  );

  test('the first stop skips to the content', async () => {
    await withPage('/servers/github/', async (page) => {
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('pull request 42');
    });
  });

  test('Enter opens a tool and closes it again', async () => {
    await withPage('/servers/github/', async (page) => {
      const tool = page.locator('.tool').first();
      await tool.locator('> summary').focus();
      await page.keyboard.press('Enter');
      expect(await tool.getByRole('table').isVisible()).toBe(true);
      await page.keyboard.press('Enter');
      expect(await tool.getByRole('table').isVisible()).toBe(false);
    });
  });

  test('a found server is two keys away', async () => {
    await withPage('/', async (page) => {
      await page.keyboard.press('/');
      await page.keyboard.type('warehouse');
      await page.getByText('1 server matches').waitFor();
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.waitForURL(/servers/u);
      expect(page.url()).toBe(`${origin()}/servers/warehouse/`);
    });
  });
});

test('the command is taken whole, in one line', async () => {
  await withPage('/servers/warehouse/', async (page) => {
    await page.locator('.command code').click();
    expect(await page.evaluate(() => getSelection()?.toString())).toBe(
      'countersign run warehouse -- <folder>… --database <database>',
    );
  });
});

describe('text that others wrote', () => {
  test.each(['/', '/servers/hostile/', '/?q=onerror'])('stays text on %s', async (path) => {
    await withPage(path, async (page) => {
      if (path.includes('?')) await page.getByText('1 server matches').waitFor();
      for (const tool of await page.locator('summary').all()) await tool.click();
      expect(await page.getByText(hostileMarkup).first().isVisible()).toBe(true);
      expect(await page.locator('main :is(script, img, iframe, b, i)').count()).toBe(0);
      expect(await page.locator('[style], style, script:not([src]), [onerror], [onclick]').count()).toBe(0);
      expect(await page.evaluate((flag) => flag in window, scriptFlag)).toBe(false);
    });
  });

  test('is no markup in the head either', async () => {
    await withPage('/servers/hostile/', async (page) => {
      expect(await page.title()).toMatch(/^hostile: <b>Nice<\/b> gnp\.exe .* · Example & <i>Sons<\/i>$/u);
      expect(await page.locator('meta[name=description]').getAttribute('content')).toContain(hostileMarkup);
    });
  });

  test('is whole, with every hidden character named where it stands', async () => {
    await withPage('/servers/hostile/', async (page) => {
      const why = page.getByRole('region', { name: 'Why it is here' });
      expect(await why.textContent()).toContain(longWord);
      expect(await why.locator('.hidden-character').allTextContents()).toEqual([
        'U+202E',
        'U+202C',
        'U+2066',
        'U+2069',
        'U+200B',
        'U+E0049 and 2 more hidden',
      ]);
      const whole = await page.locator('html').innerHTML();
      expect(whole).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b\u{e0000}-\u{e007f}]/u);
    });
  });

  test('makes no link but to https', async () => {
    await withPage('/servers/hostile/', async (page) => {
      const facts = page.getByRole('region', { name: 'Facts' });
      const links = await facts
        .locator('a[rel]')
        .evaluateAll((found) => found.map((link) => link.getAttribute('href')));
      expect(links).toHaveLength(6);
      for (const link of links) expect(link).toMatch(/^https:\/\//u);
      expect(await page.getByText('[click](javascript:').first().isVisible()).toBe(true);
    });
  });
});

test('a script that got into a page does not run and reaches no other host, and these tests would notice', async () => {
  const context = await browser().newContext();
  const { page, complaints } = await watchedPage(context, origin());
  await page.goto(origin());
  await page.evaluate(async () => {
    // The policy lets no text become a script or markup.
    const markup = '<img src="https://elsewhere.example.com/pixel" onerror="window.ranInline = true">';
    try {
      document.body.innerHTML = markup;
    } catch {
      // As it should be.
    }
    document.body.append(Object.assign(document.createElement('img'), { src: 'https://elsewhere.example.com/pixel' }));
    await fetch('https://elsewhere.example.com/').catch(() => undefined);
  });
  const all = (): string => complaints.join('\n');
  for (const directive of ['require-trusted-types-for', 'img-src', 'connect-src'])
    await expect.poll(all).toContain(`policy: ${directive}`);
  expect(await page.evaluate(() => 'ranInline' in window)).toBe(false);
  await context.close();
});
