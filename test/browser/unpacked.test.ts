import { expect, test } from 'vitest';
import { startBrowser, unpacked } from '../support/browser.ts';

test.runIf(process.platform === 'linux' && process.arch === 'x64')(
  'starts the browser that npm brought, with its own libraries and font',
  async (context) => {
    const started = await startBrowser([unpacked]);
    if (started.kind === 'none') {
      // A system may keep its users from making sandboxes; only what it installed itself then has one.
      context.skip(started.why.includes('No usable sandbox'), 'this system lets no user make a sandbox');
      throw new Error(started.why);
    }
    try {
      const page = await started.browser.newPage();
      await page.setContent('<p>Open <span>wide</span></p>');
      expect((await page.locator('span').boundingBox())?.width).toBeGreaterThan(10);
    } finally {
      await started.browser.close();
    }
  },
  60_000,
);
