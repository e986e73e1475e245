/** Writes pictures of the main pages of the sample catalog into a folder that git ignores, for people to look at. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { browserCandidates, startBrowser } from '../support/browser.ts';
import { openSampleSite } from './sample-site.ts';

const folder = join(import.meta.dirname, '../../.registry/screenshots');

const pages = [
  ['list', '/'],
  ['detail', '/servers/github/'],
  ['revoked', '/servers/archive/'],
  ['compare', '/servers/github/compare/1.1.0...1.2.0/'],
  ['revocations', '/revocations/'],
  ['tools', '/tools/'],
  ['backends', '/backends/'],
  ['calendar', '/calendar/'],
  ['keys', '/keys/'],
  ['verify', '/verify/'],
  ['add', '/add/'],
  ['missing', '/servers/githb/'],
] as const;

const started = await startBrowser(browserCandidates());
if (started.kind === 'none') throw new Error(started.why);
await using undo = new AsyncDisposableStack();
undo.defer(async () => started.browser.close());
const site = await openSampleSite();
undo.defer(site.close);

await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
for (const colorScheme of ['light', 'dark'] as const)
  for (const width of [1280, 400]) {
    const context = await started.browser.newContext({ colorScheme, viewport: { width, height: 800 } });
    const page = await context.newPage();
    for (const [name, path] of pages) {
      // The foot says how fresh the registry is when the network is quiet.
      await page.goto(site.origin + path, { waitUntil: 'networkidle' });
      await page.screenshot({ path: join(folder, `${name}-${colorScheme}-${width}.png`), fullPage: true });
    }
    await context.close();
  }
process.stdout.write(`${folder}\n`);
