import { expect, test } from 'vitest';
import { isApproved } from '../../site/src/words/states.ts';
import { browserForFile } from '../support/browser.ts';
import { sampleCatalog } from './sample-catalog.ts';
import { sampleSiteForFile } from './sample-site.ts';

const browser = browserForFile();
const origin = sampleSiteForFile();

/** Of every server, what its page says first of its approval, and whether in green, on some day. */
async function seals(day: string): Promise<Map<string, { readonly says: string; readonly green: boolean }>> {
  const context = await browser().newContext();
  await context.clock.setFixedTime(new Date(day));
  const page = await context.newPage();
  const found = new Map<string, { readonly says: string; readonly green: boolean }>();
  for (const { manifest } of sampleCatalog.servers) {
    await page.goto(`${origin()}/servers/${manifest.name}/`);
    const seal = page.locator('.seal');
    found.set(manifest.name, {
      says: await seal.locator('strong:visible').first().innerText(),
      green: await seal.evaluate((element) => element.classList.contains('seal-holds')),
    });
  }
  await context.close();
  return found;
}

/** In the sample, they are revoked, withdrawn or deprecated, or nobody approved them. */
const notApproved: ReadonlySet<string> = new Set(['archive', 'fetch', 'stub', 'weather']);

test('a page says in green that a server is approved only where people approved it and nothing was said against it since', async () => {
  const found = await seals('2026-11-26T10:00:00Z');
  const approved = [...found].filter(([, { green }]) => green).map(([name]) => name);
  const names = sampleCatalog.servers.map(({ manifest }) => manifest.name);
  expect(approved).toEqual(names.filter((name) => !notApproved.has(name)));
  expect(found.get('github')?.says).toBe('Approved');
  expect(found.get('stub')?.says).toMatch(/^The approval names nobody/u);
});

test('once its approval has ended, no page says so, though it was made before', async () => {
  for (const { says, green } of (await seals('2027-04-16T09:30:00Z')).values())
    expect({ says, green }).toEqual({ says: 'This approval has ended.', green: false });
});

test('nothing of a development registry is approved', () => {
  for (const server of sampleCatalog.servers) expect(isApproved('development', server)).toBe(false);
});
