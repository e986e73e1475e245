/**
 * `npm run screenshots`: pictures of the main pages of the sample catalog in a folder that git ignores, for people to look at.
 * With `-- readme`, the two pictures that the README shows instead, which are committed.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { browserCandidates, startBrowser } from '../support/browser.ts';
import { demonstration, demonstrationDay } from './demonstration.ts';
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

/** With what stands last in them, and how many pixels after it. */
const pictures = [
  ['list', '/', '.row >> nth=7', -8],
  ['server', '/servers/notion/', '[aria-labelledby=reach] .facts >> nth=0', 24],
] as const;
const pictureFolder = join(import.meta.dirname, '../../docs/pictures');
/** GitHub shows a README 900 pixels wide; screens with twice as many pixels are common. */
const picture = { viewport: { width: 1120, height: 800 }, deviceScaleFactor: 1.6 };

const words = process.argv.slice(2);
if (words.length > 1 || words.some((word) => word !== 'readme'))
  throw new Error(`only the word readme may follow, and not ${words.join(' ')}`);

const started = await startBrowser(browserCandidates());
if (started.kind === 'none') throw new Error(started.why);
const { browser } = started;
await using undo = new AsyncDisposableStack();
undo.defer(async () => browser.close());

async function takeAll(): Promise<void> {
  const site = await openSampleSite();
  undo.defer(site.close);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of [1280, 400]) {
      const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 } });
      const page = await context.newPage();
      for (const [name, path] of pages) {
        // The foot says how fresh the registry is when the network is quiet.
        await page.goto(site.origin + path, { waitUntil: 'networkidle' });
        await page.screenshot({ path: join(folder, `${name}-${colorScheme}-${width}.png`), fullPage: true });
      }
      await context.close();
    }
  process.stdout.write(`${folder}\n`);
}

/** No address bar is in them, and nothing of this machine but its fonts. */
async function takePictures(): Promise<void> {
  const site = await openSampleSite(await demonstration());
  undo.defer(site.close);
  await mkdir(pictureFolder, { recursive: true });
  const context = await browser.newContext({ ...picture, colorScheme: 'light' });
  await context.clock.setFixedTime(new Date(demonstrationDay));
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  for (const [name, path, last, after] of pictures) {
    await page.goto(site.origin + path, { waitUntil: 'networkidle' });
    const end = await page.locator(last).boundingBox();
    if (end === null) throw new Error(`${path} has no ${last}`);
    await page.setViewportSize({ width: picture.viewport.width, height: Math.round(end.y + end.height) + after });
    const taken = await session.send('Page.captureScreenshot', { format: 'webp', quality: 85 });
    await writeFile(join(pictureFolder, `${name}.webp`), Buffer.from(taken.data, 'base64'));
  }
  process.stdout.write(`${pictureFolder}\n`);
}

await (words.length > 0 ? takePictures() : takeAll());
