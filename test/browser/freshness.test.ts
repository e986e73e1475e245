import { AxeBuilder } from '@axe-core/playwright';
import type { Request } from 'playwright-core';
import { expect, test } from 'vitest';
import { browserForFile } from '../support/browser.ts';
import { sampleSiteForFile } from './sample-site.ts';

const browser = browserForFile();
const origin = sampleSiteForFile();

async function pageWith(timestamp: string | undefined): Promise<{ readonly line: string; readonly alarm: boolean }> {
  const page = await browser().newPage();
  try {
    await page.route('**/metadata/timestamp.json', (route) =>
      timestamp === undefined ? route.abort() : route.fulfill({ contentType: 'application/json', body: timestamp }),
    );
    const isIt = (request: Request): boolean => request.url().endsWith('timestamp.json');
    const answered =
      timestamp === undefined ? page.waitForEvent('requestfailed', isIt) : page.waitForEvent('requestfinished', isIt);
    await page.goto(`${origin()}/`);
    await answered;
    if (timestamp?.startsWith('{') === true) await page.getByText('fresh until').waitFor();
    return {
      line: (await page.locator('[data-freshness=line]').innerText()).trim(),
      alarm: await page.getByRole('alert').isVisible(),
    };
  } finally {
    await page.close();
  }
}

const timestamp = (expires: string): string => JSON.stringify({ signed: { version: 42, expires } });

test('says which generation it is, and until when it is fresh', async () => {
  expect(await pageWith(timestamp('2999-06-01T12:00:00Z'))).toEqual({
    line: 'Generation 42, signed 2999-05-29 12:00 UTC, fresh until 2999-06-01 12:00 UTC.',
    alarm: false,
  });
});

test('says loudly that the timestamp has ended', async () => {
  expect(await pageWith(timestamp('2026-01-01T12:00:00Z'))).toEqual({
    line: 'Generation 42, signed 2025-12-29 12:00 UTC, fresh until 2026-01-01 12:00 UTC.',
    alarm: true,
  });
});

test.each(['light', 'dark'] as const)('in %s on a phone, that can be read and hides nothing', async (colorScheme) => {
  const context = await browser().newContext({ colorScheme, viewport: { width: 360, height: 740 } });
  const page = await context.newPage();
  await page.route('**/metadata/timestamp.json', (route) =>
    route.fulfill({ contentType: 'application/json', body: timestamp('2026-01-01T12:00:00Z') }),
  );
  await page.goto(`${origin()}/`);
  const alarm = page.getByRole('alert');
  await alarm.waitFor();
  const [above, below] = await Promise.all([alarm, page.locator('h1')].map(async (each) => each.boundingBox()));
  expect((above?.y ?? NaN) + (above?.height ?? NaN)).toBeLessThan(below?.y ?? NaN);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().include('[role=alert]').analyze();
  expect(violations).toEqual([]);
  await context.close();
});

test.each([
  ['does not answer', undefined],
  ['answers with something else', '<p>Sign in</p>'],
])('says where to look where the registry %s', async (_, answer) => {
  expect(await pageWith(answer)).toEqual({ line: 'How fresh it is, the timestamp says.', alarm: false });
});
