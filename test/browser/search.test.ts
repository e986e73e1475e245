import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { browserForFile } from '../support/browser.ts';
import { sampleCatalog } from './sample-catalog.ts';
import { sampleSiteForFile } from './sample-site.ts';
import { watchedPage } from './watched-page.ts';

const browser = browserForFile();
const origin = sampleSiteForFile();

let page: Page;
let complaints: string[];
beforeEach(async () => {
  const context = await browser().newContext();
  ({ page, complaints } = await watchedPage(context, origin()));
  await page.goto(origin());
});
afterEach(async () => page?.context().close());

const everything = sampleCatalog.servers.map(({ manifest }) => manifest.name);
const box = () => page.getByRole('searchbox', { name: 'Search servers and tools' });
const shownNames = async () =>
  page.locator('[data-name]:visible').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-name')));
async function shows(names: readonly string[]): Promise<void> {
  await expect.poll(shownNames, { timeout: 10_000 }).toEqual(names);
}
const isFocused = async () => box().evaluate((input) => input === document.activeElement);

test('a slash goes to the search, and is typed once there', async () => {
  await page.keyboard.press('/');
  expect(await isFocused()).toBe(true);
  expect(await box().inputValue()).toBe('');
  await page.keyboard.press('/');
  expect(await box().inputValue()).toBe('/');
});

test('typing filters, and ranks names over tags over tools over descriptions', async () => {
  await box().pressSequentially('mail');
  await shows(['mail', 'jira', 'archive', 'weather']);
  expect(await page.getByRole('status').textContent()).toBe('4 servers match “mail”.');
  await box().pressSequentially(' send');
  await shows(['jira']);
});

test('Escape clears the search and gives the whole list back', async () => {
  await box().fill('mail');
  await shows(['mail', 'jira', 'archive', 'weather']);
  await box().press('Escape');
  await shows(everything);
  expect(await box().inputValue()).toBe('');
  expect(await isFocused()).toBe(true);
});

test('a search without results says so, and shows what was typed as text', async () => {
  await box().fill('<b>nothing</b>');
  await shows([]);
  expect(await page.getByRole('status').textContent()).toContain('No server matches “<b>nothing</b>”');
});

test('Enter puts the search into the address, and the address brings it back', async () => {
  await box().fill('read page');
  await box().press('Enter');
  expect(page.url()).toBe(`${origin()}/?q=read%20page`);
  await page.reload();
  await shows(['web-reader']);
});

test('a search from a page goes to the list', async () => {
  await page.goto(`${origin()}/servers/github/`);
  await page.keyboard.press('/');
  await page.keyboard.type('warehouse');
  await page.keyboard.press('Enter');
  await shows(['warehouse']);
  expect(page.url()).toBe(`${origin()}/?q=warehouse`);
});

test('the index is asked for once, when somebody goes to the search', async () => {
  let asked = 0;
  page.on('request', (request) => (asked += request.url().endsWith('/search.json') ? 1 : 0));
  await page.reload({ waitUntil: 'networkidle' });
  expect(asked).toBe(0);
  await page.keyboard.press('/');
  await expect.poll(() => asked).toBe(1);
  await box().fill('mail');
  await shows(['mail', 'jira', 'archive', 'weather']);
  expect(asked).toBe(1);
});

test('without an answer the whole list stays, and a sentence says why', async () => {
  await page.route('**/search.json', async (route) => route.fulfill({ status: 503 }));
  await box().fill('mail');
  await expect.poll(async () => page.getByRole('status').textContent()).toContain('could not be loaded');
  await shows(everything);
  await page.unroute('**/search.json');
  await box().fill('inbox');
  await shows(['mail']);
  expect(complaints.filter((complaint) => !complaint.includes('status of 503'))).toEqual([]);
});
