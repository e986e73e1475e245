import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sha256 } from '../../core/digest.ts';
import { browserForFile } from '../support/browser.ts';
import type { ServedFolder } from './merging-registry.ts';
import { openSignedSite } from './signed-site.ts';
import { watchedPage } from './watched-page.ts';

const browser = browserForFile();
let site: ServedFolder;
beforeAll(async () => {
  site = await openSignedSite();
});
afterAll(async () => site.close());

const region = async (page: Page, name: string): Promise<string> =>
  (await page.getByRole('region', { name }).innerText()).replaceAll(/\s+/gu, ' ');

test.each([
  ['light', 1280],
  ['dark', 360],
] as const)('two signed versions are compared: %s, %i pixels wide', async (colorScheme, width) => {
  const context = await browser().newContext({ colorScheme, viewport: { width, height: 800 } });
  const { page, complaints } = await watchedPage(context, site.origin);
  await page.goto(`${site.origin}/servers/ledger/`);
  const since = page.locator('.tool-changes');
  expect(await since.innerText()).toBe('Since version 1.0.0 · New: export_rows · Changed: find_rows · Gone: drop_row');
  await since.getByRole('link').click();
  await page.getByRole('heading', { level: 1, name: 'What changed from 1.0.0 to 1.1.0' }).waitFor();

  expect(await region(page, 'What it may reach and is given')).toContain('gained network api.example.com:443');
  expect(await region(page, 'Tools')).toMatch(/2 before and after\. gone drop_row new export_rows changed find_rows/u);
  expect(await page.locator('.word-by-word del').allTextContents()).toEqual(['one', 'account']);
  expect(await page.locator('.word-by-word ins').allTextContents()).toEqual(['all', 'accounts']);
  expect(await region(page, 'Packages')).toMatch(
    /upgraded ledger-server 1\.0\.0 → 1\.1\.0 new csv-lines 3\.1\.0 upgraded rows 1\.0\.0 → 2\.0\.0/u,
  );
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);

  // What is compared are the very bytes that were signed.
  const manifests = page.getByRole('listitem').getByRole('link', { name: 'manifest' });
  const addresses = await manifests.evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).href));
  const texts = await Promise.all(addresses.map(async (address) => (await fetch(address)).text()));
  expect(texts.map((text) => /^version: .*$/mu.exec(text)?.[0])).toEqual(["version: '1.0.0'", "version: '1.1.0'"]);
  expect(addresses).toEqual(texts.map((text) => `${site.origin}/manifests/${sha256(text)}.yaml`));
  expect(complaints).toEqual([]);
  await context.close();
});
