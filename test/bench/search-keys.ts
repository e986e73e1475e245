/** How long a key press in the search of the catalog takes in a browser four times slower than this machine. */
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { chromium, type Page } from 'playwright-core';
import { serveDist } from '../../scripts/publish/server.ts';
import { browserPlaces } from './browser-places.ts';
import { median, ms, type Row } from './measure.ts';

const slowness = 4;
const mostMs = 60;
const queries = ['confidential', 'get issue', 'postgres', 'confidental', 'jira team 42'];

export async function searchRows(dist: string, servers: string): Promise<Row[]> {
  const executablePath = browserPlaces.find(existsSync);
  const what = `key press in the search of ${servers}, ${slowness} × slower`;
  if (executablePath === undefined) return [[what, 'no Chromium here', '']];
  const server = await serveDist(dist, { port: 0 });
  const browser = await chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 });
  try {
    const page = await browser.newPage();
    await page.goto(`http://localhost:${(server.address() as AddressInfo).port}`);
    const session = await page.context().newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: slowness });
    const first = await type(page, 'zq');
    const took: number[] = [];
    for (const query of queries)
      for (let end = 1; end <= query.length; end += 1)
        if (query[end - 1] !== ' ') took.push(await type(page, query.slice(0, end)));
    const worst = ms(Math.max(...took));
    const missed = median(took) > mostMs ? '  MISSED' : '';
    return [
      [`first ${what}, with fetching the index`, ms(first), ''],
      [`${what}, until it is laid out`, `${ms(median(took))} (worst ${worst})`, `≤ ${ms(mostMs)}${missed}`],
    ];
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}

/** Milliseconds from the event to the laid out results. */
const type = (page: Page, query: string): Promise<number> =>
  page.evaluate(async (typed) => {
    const input = document.querySelector<HTMLInputElement>('input[name=q]');
    const status = document.querySelector('[data-list=status]');
    if (input === null || status === null) throw new Error('the page has no search');
    const begun = performance.now();
    await new Promise<void>((resolve) => {
      const watching = new MutationObserver(() => {
        if (status.textContent.includes(`“${typed}”`)) resolve();
      });
      watching.observe(status, { childList: true });
      input.value = typed;
      input.dispatchEvent(new Event('input'));
    });
    document.body.getBoundingClientRect();
    return performance.now() - begun;
  }, query);
