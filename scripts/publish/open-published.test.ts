import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { serveFiles } from '../../test/support/file-server.ts';
import { temporaryFolder } from '../../test/support/folder.ts';
import { publishable, run } from '../../test/support/publishable.ts';
import { now } from '../../test/support/published.ts';
import { openPublished } from './open-published.ts';
import { openTarget } from './target.ts';

test('reads which generations there are, over HTTP and from a folder', async () => {
  const folder = await temporaryFolder();
  const [address, site] = [pathToFileURL(folder).href, await serveFiles(folder)];
  const target = await openTarget(address, now);
  await run(target, await publishable(1));
  for (const at of [address, site.url, `${site.url}/`])
    expect((await openPublished(at, now)).publication?.generations).toMatchObject([{ generation: 1 }]);
  expect((await openPublished(address, now)).audience).toBeUndefined();
  await target.put('view.json', Buffer.from('{"audience":["developers"],"schemaVersion":1}'));
  for (const at of [address, site.url]) expect((await openPublished(at, now)).audience).toEqual(['developers']);
  // No host reads that file, so a broken one is no reason to refuse the registry.
  await target.put('publication.json', Buffer.from('{'));
  for (const at of [address, site.url]) expect((await openPublished(at, now)).publication).toBeUndefined();
  await target.remove('publication.json');
  expect((await openPublished(site.url, now)).publication).toBeUndefined();
});

test.each(['http://mcp.example.com', 'https://user:secret@mcp.example.com', 'https://mcp.example.com/?key=secret'])(
  'opens neither what is not encrypted nor what holds a secret: %s',
  async (at) => {
    const opened = openPublished(at, now);
    await expect(opened).rejects.toMatchObject({ name: 'UsageError' });
    await expect(opened).rejects.not.toThrow('secret');
  },
);
