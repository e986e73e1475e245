import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { serveFiles } from '../../test/support/file-server.ts';
import { temporaryFolder } from '../../test/support/folder.ts';
import { aTrustConfig, now, publish, serve } from '../../test/support/published.ts';
import { sha256 } from '../../core/digest.ts';
import { recordFormat } from '../../core/formats.ts';
import { maxLauncherBytes } from '../../core/limits.ts';
import { binOf, launcherPath } from '../../core/metadata.ts';
import type { BinRole, LauncherFile, ServerRecord, TargetsRole } from '../../schemas/types.ts';
import { roleKeys } from '../../test/support/metadata.ts';
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

test('a refresh goes on where a copy no longer carries the new record of a server that was used', async () => {
  const path = 'servers/internal-postgres.json';
  expect(await client(0).named(path, recordFormat)).toBeDefined();
  const record = (same: ServerRecord): ServerRecord => ({ ...same, description: 'Another.' });
  serve(server, publish({ record, metadata: { versions: { bins: 2, snapshot: 2, timestamp: 2 } } }));
  for (const each of [...server.files.keys()]) if (each.startsWith('targets/servers/')) server.files.delete(each);
  expect((await client(1).refresh()).chain.timestamp.version).toBe(2);
  await expect(client(1).named(path, recordFormat)).rejects.toMatchObject({ code: 'not-carried' });
});

describe('the program itself', () => {
  const bytes = Buffer.from('the next version');
  const digest = sha256(bytes);
  const file: LauncherFile = { length: bytes.byteLength, hashes: { sha256: digest }, custom: { version: '9.9.9' } };
  const naming = (launcher: LauncherFile) => (role: unknown) => {
    const targets = role as TargetsRole;
    return { ...targets, targets: { ...targets.targets, [launcherPath]: launcher } };
  };
  const served = (launcher: LauncherFile = file, content: Uint8Array = bytes): void => {
    serve(server, publish({ metadata: { targets: naming(launcher) } }));
    server.files.set(`targets/launcher/${launcher.hashes.sha256}.countersign.tgz`, Buffer.from(content));
  };

  test('is nothing where they name none', async () => {
    expect(await client(0).launcher()).toBeUndefined();
  });

  test('is fetched where the offline keys name it, and not kept', async () => {
    served();
    expect(Buffer.from((await client(0).launcher()) ?? [])).toEqual(bytes);
    expect(await readdir(join(folder, 'files'))).not.toContain(digest);
  });

  test.each<[string, string, LauncherFile, Uint8Array]>([
    ['has other bytes', 'E_DIGEST', file, Buffer.from('another version!')],
    ['is shorter', 'E_DIGEST', file, bytes.subarray(1)],
    ['is longer than was signed', 'E_TOO_LARGE', file, Buffer.from('the next version!')],
    ['has the digest, and not the length', 'E_DIGEST', { ...file, length: file.length + 1 }, bytes],
    ['is shorter than the longest', 'E_DIGEST', { ...file, length: maxLauncherBytes }, bytes],
    ['is said to be endless', 'E_TOO_LARGE', { ...file, length: maxLauncherBytes + 1 }, bytes],
  ])('is refused where it %s', async (_, code, launcher, content) => {
    served(launcher, content);
    await expect(client(0).launcher()).rejects.toMatchObject({ name: 'Refusal', code });
  });

  test.each<[string, unknown]>([
    ['no version', { length: 1, hashes: { sha256: digest } }],
    ['a path for a version', { ...file, custom: { version: '../1.0.0' } }],
  ])('is not believed with %s', async (_, launcher) => {
    served(launcher as LauncherFile);
    await expect(client(0).state()).rejects.toMatchObject({ code: 'E_FORMAT' });
  });

  test('is not believed where one holder alone signed it', async () => {
    const [one] = roleKeys.targets;
    if (one === undefined) throw new Error('there are three');
    serve(server, publish({ metadata: { targets: naming(file), signers: { targets: [one] } } }));
    await expect(client(0).launcher()).rejects.toMatchObject({ code: 'E_THRESHOLD' });
  });

  test('is not believed where the online keys name it: in its bin, in another one, or as well as the offline keys', async () => {
    for (const also of [false, true])
      for (const named of [binOf(launcherPath), binOf('trust/status.json')]) {
        const bin = (role: BinRole, name: string): BinRole =>
          name === named ? { ...role, targets: { ...role.targets, [launcherPath]: file } } : role;
        serve(server, publish({ metadata: { bin, ...(also && { targets: naming(file) }) } }));
        server.files.set(`targets/launcher/${digest}.countersign.tgz`, bytes);
        folder = join(await temporaryFolder(), 'registry');
        const found = client(0);
        await expect(found.paths()).rejects.toMatchObject({ code: 'E_DELEGATION' });
        // Where nothing reads that bin, what it names is as if it were not there.
        if (!also && named === binOf(launcherPath)) expect(await found.launcher()).toBeUndefined();
      }
  });
});
