import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { serveFiles } from '../../test/support/file-server.ts';
import { temporaryFolder } from '../../test/support/folder.ts';
import { aTrustConfig, now, publish, serve } from '../../test/support/published.ts';
import { MetadataClient } from './metadata-client.ts';
import { parseTrust } from './trust-config.ts';

const server = await serveFiles();
let folder: string;

beforeEach(async () => {
  folder = join(await temporaryFolder(), 'registry');
  serve(server, publish());
  server.asked.length = 0;
});

/** The same host once more, so many seconds later. */
function client(seconds: number): MetadataClient {
  const config = aTrustConfig(server.url, { refreshAfterSeconds: 900 });
  const trust = parseTrust('trust.json', Buffer.from(JSON.stringify(config)));
  return new MetadataClient(trust, folder, new Date(now.getTime() + seconds * 1000));
}

/** How often the registry was asked for its timestamp. */
const asked = (): number => server.asked.filter((path) => path === 'metadata/timestamp.json').length;

test.each([
  ['at first', -1, 1],
  ['not again while the cache is young', 899, 1],
  ['again once it is old', 900, 2],
])('the registry is asked %s', async (_, seconds, times) => {
  await client(0).state();
  if (seconds >= 0) expect((await client(seconds).state()).fetched).toBe(times === 2);
  expect(asked()).toBe(times);
});

test('a refresh asks the registry, however young the cache is', async () => {
  await client(0).state();
  expect((await client(1).refresh()).fetched).toBe(true);
  expect(asked()).toBe(2);
});

test('one process asks once', async () => {
  const once = client(0);
  await Promise.all([once.state(), once.state(), once.paths()]);
  expect(asked()).toBe(1);
});

test('where the registry is silent, a refresh gives the cache, and why', async () => {
  await client(0).state();
  server.files.clear();
  server.silent = true;
  expect(await client(1).refresh()).toMatchObject({ fetched: false, silence: { name: 'Failure' } });
  server.silent = false;
});

test('a clock that was set back makes no cache young', async () => {
  await client(60).state();
  await client(0).state();
  expect(asked()).toBe(2);
});
