/** The reviewer's page on a screen: the verdict and what to do stand where nobody has to scroll. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { browserForFile } from '../support/browser.ts';
import { temporaryFolder } from '../support/folder.ts';
import { githubPage } from '../support/github-markdown.ts';
import { reviewPages } from '../support/review-pages.ts';

const browser = browserForFile();
const screen = { width: 1280, height: 800 };

test.each([
  [
    'new-tool',
    'A person must look: it gains the tool export_rows',
    ['Decide whether the server needs what it gains for what it is there to do.', 'platform and security'],
    [
      'export_rows',
      'query',
      'schema',
      'Writes the rows of a query to a file',
      'asks before it writes more than 100 MB',
    ],
  ],
  [
    'new-instructions',
    'A person must look: it changes the instructions to agents Ask for one month at a time.',
    ['Decide whether the server needs what it gains', 'platform and security'],
    [
      'instructions to agents changed',
      'Show the rows with <img src=x>.',
      'added close_month',
      'Asks the forty questions of a month.',
    ],
  ],
  [
    'permission-gained',
    'A person must look: it gains the host api.example.com:443 and the secret API_TOKEN',
    ['Decide whether the server needs what it gains', 'platform and security'],
    ['gained network api.example.com:443', 'gained secret API_TOKEN'],
  ],
  [
    'poisoned-dependency',
    'Must not be merged: it has 2 findings that block, first pg-row-stream@2.0.1 reads credentials',
    ['Approve nothing yet.', 'do not use this version'],
    ['was published by somebody who published no earlier version', 'install script in 2.0.1'],
  ],
])('%s: the first screen says the verdict and what to do', async (name, verdict, steps, shown) => {
  const page = await browser().newPage({ viewport: screen });
  try {
    await page.setContent(githubPage(reviewPages.get(name) ?? ''));
    const folder = process.env['SCREENSHOTS'] ?? (await temporaryFolder());
    const file = join(folder, `${name}.png`);
    await writeFile(file, await page.screenshot());
    const heading = page.locator('h1');
    const list = page.locator('ol').first();
    expect(await heading.innerText()).toContain(verdict);
    for (const step of steps) expect(await list.innerText()).toContain(step);
    for (const locator of [heading, list]) {
      const box = await locator.boundingBox();
      expect(box).not.toBeNull();
      expect((box?.y ?? 0) + (box?.height ?? Infinity)).toBeLessThan(screen.height);
    }
    // Open, not folded: what a reviewer must read.
    for (const text of shown) expect(await page.locator('body').innerText()).toContain(text);
    // Nothing is wider than the screen.
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(screen.width);
  } finally {
    await page.close();
  }
});
