import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { binFormat, snapshotFormat, timestampFormat } from '../../core/formats.ts';
import { binNames, binOf, metadataKey, keyIdOf, openMetadata, type Signers } from '../../core/metadata.ts';
import type { BinRole, SnapshotRole, TimestampRole } from '../../schemas/types.ts';
import { temporaryFolder } from '../../test/support/folder.ts';
import { signingKey, testKey } from '../../test/support/statements.ts';
import { folderState } from '../state/folder.ts';
import { MetadataStore } from './metadata-store.ts';
import { targetFile } from './role.ts';
import {
  namesAll,
  publishedMetadata,
  updateMetadata,
  updateTimestamp,
  type Content,
  type OnlineKeys,
  type Update,
} from './repository.ts';

const root = await temporaryFolder();
const now = new Date('2026-04-16T10:00:00Z');
const days = (count: number): Date => new Date(now.getTime() + count * 86_400_000);
const keys: OnlineKeys = { snapshot: signingKey(testKey(20)), timestamp: signingKey(testKey(21)) };
let folder: string;
let store: MetadataStore;
let count = 0;

beforeEach(() => {
  folder = join(root, String(count++));
  store = new MetadataStore(folderState(folder));
});

/** This many servers, the first of them changed this often. */
function content(servers: number, change = 0): Content {
  const named = new Map([['trust/status.json', targetFile(Buffer.from('the status'))]]);
  for (let index = 0; index < servers; index++)
    named.set(`servers/server-${index}.json`, targetFile(Buffer.from(`record ${index} ${index === 0 ? change : 0}`)));
  return { named, targetsVersion: 1 };
}

const update = (what: Content, at = now, by = keys): Promise<Update> => updateMetadata(store, what, by, at);

const signersOf = (number: number): Signers => {
  const key = metadataKey(testKey(number).spki);
  return { keys: { [keyIdOf(key)]: key }, keyids: [keyIdOf(key)], threshold: 1 };
};

interface Opened {
  readonly timestamp: TimestampRole;
  readonly snapshot: SnapshotRole;
  readonly bins: ReadonlyMap<string, BinRole>;
}

/** What is published, opened as a host opens it. */
async function published(): Promise<Opened> {
  const files = await publishedMetadata(store);
  const bytes = (name: string): Uint8Array => files.get(name) ?? Buffer.from('');
  const timestamp = openMetadata(timestampFormat, bytes('timestamp.json'), () => [signersOf(21)], 'timestamp').role;
  const { version, length } = timestamp.meta['snapshot.json'];
  const snapshotBytes = bytes(`${version}.snapshot.json`);
  expect(snapshotBytes.byteLength).toBe(length);
  const snapshot = openMetadata(snapshotFormat, snapshotBytes, () => [signersOf(20)], 'snapshot').role;
  const bins = binNames.map((name): [string, BinRole] => {
    const file = `${snapshot.meta[`${name}.json`]?.version ?? 0}.${name}.json`;
    return [name, openMetadata(binFormat, bytes(file), () => [signersOf(20)], name).role];
  });
  return { timestamp, snapshot, bins: new Map(bins) };
}

const targetsOf = ({ bins }: Opened): string[] =>
  [...bins.values()].flatMap(({ targets }) => Object.keys(targets)).sort();

test('names every file in the bin of its path, in 256 bins', async () => {
  await store.create({ role: 'targets', version: 1 }, Buffer.from('{}'));
  await expect(update(content(500))).resolves.toEqual({ bins: 256, snapshot: true, timestamp: true });
  const opened = await published();
  expect(targetsOf(opened)).toEqual([...content(500).named.keys()].sort());
  for (const [name, bin] of opened.bins) {
    expect(bin.name).toBe(name);
    for (const path of Object.keys(bin.targets)) expect(binOf(path)).toBe(name);
  }
  expect(opened.snapshot.meta['targets.json']).toEqual({ version: 1 });
  expect(namesAll(await publishedMetadata(store), content(500).named)).toBe(true);
  expect(namesAll(await publishedMetadata(store), content(500, 1).named)).toBe(false);
  expect(namesAll(await publishedMetadata(store), content(499).named)).toBe(false);
});

test('signs nothing while nothing changed and all is young', async () => {
  await store.create({ role: 'targets', version: 1 }, Buffer.from('{}'));
  await update(content(3));
  const before = await publishedMetadata(store);
  await expect(update(content(3), new Date(now.getTime() + 5 * 3_600_000))).resolves.toEqual({
    bins: 0,
    snapshot: false,
    timestamp: false,
  });
  await expect(publishedMetadata(store)).resolves.toEqual(before);
});

test.each([
  ['changed', content(1000, 1)],
  ['came', content(1001)],
  ['went', content(999)],
])('signs one bin, the snapshot and the timestamp where one server %s', async (_, after) => {
  await store.create({ role: 'targets', version: 1 }, Buffer.from('{}'));
  await update(content(1000));
  await expect(update(after, days(0.01))).resolves.toEqual({ bins: 1, snapshot: true, timestamp: true });
  const opened = await published();
  expect(targetsOf(opened)).toEqual([...after.named.keys()].sort());
  expect([opened.snapshot.version, opened.timestamp.version]).toEqual([2, 2]);
});

test('signs the timestamp every six hours, and the snapshot twice a week', async () => {
  await store.create({ role: 'targets', version: 1 }, Buffer.from('{}'));
  await update(content(1));
  await expect(update(content(1), days(0.25))).resolves.toEqual({ bins: 0, snapshot: false, timestamp: true });
  await expect(update(content(1), days(3.4))).resolves.toEqual({ bins: 0, snapshot: false, timestamp: true });
  await expect(update(content(1), days(3.5))).resolves.toEqual({ bins: 0, snapshot: true, timestamp: true });
});

test('renews the bins in turn, each long before its end', async () => {
  await store.create({ role: 'targets', version: 1 }, Buffer.from('{}'));
  await update(content(1));
  const renewed: number[] = [];
  for (let day = 1; day <= 20; day++) renewed.push((await update(content(1), days(day))).bins);
  expect(renewed.reduce((sum, bins) => sum + bins)).toBe(256);
  expect(Math.max(...renewed)).toBeLessThanOrEqual(27);
  expect(renewed.findIndex((bins) => bins > 0)).toBeGreaterThan(8);
});

test('signs everything again with another key, under higher versions', async () => {
  await store.create({ role: 'targets', version: 1 }, Buffer.from('{}'));
  await update(content(1));
  const other = { snapshot: signingKey(testKey(30)), timestamp: signingKey(testKey(31)) };
  await expect(update(content(1), now, other)).resolves.toEqual({ bins: 256, snapshot: true, timestamp: true });
  const versions = new Set((await store.list()).filter(({ role }) => role !== 'targets').map(({ version }) => version));
  expect([...versions]).toEqual([2]);
});

test('counts on from what an interrupted run left', async () => {
  await store.create({ role: 'targets', version: 1 }, Buffer.from('{}'));
  await update(content(1));
  const name = binOf('servers/server-0.json');
  await store.create({ role: name, version: 2 }, Buffer.from('left behind'));
  await update(content(1, 1), days(0.01));
  expect((await published()).bins.get(name)?.version).toBe(3);
});

test('begins again where another publisher was first, so that versions only grow', async () => {
  await store.create({ role: 'targets', version: 1 }, Buffer.from('{}'));
  await update(content(4));
  const updates = await Promise.all(
    Array.from({ length: 4 }, (_, index) =>
      updateMetadata(new MetadataStore(folderState(folder)), content(4, index), keys, days(0.01)),
    ),
  );
  expect(updates.length).toBe(4);
  const opened = await published();
  expect(targetsOf(opened)).toEqual([...content(4).named.keys()].sort());
  expect(opened.snapshot.version).toBeGreaterThan(1);
});

test('deletes what is older than what is current, and no root', async () => {
  await store.create({ role: 'targets', version: 1 }, Buffer.from('{}'));
  await store.create({ role: 'root', version: 1 }, Buffer.from('{}'));
  await store.create({ role: 'root', version: 2 }, Buffer.from('{}'));
  await update(content(1));
  await update(content(1, 1), days(0.01));
  const files = await store.list();
  expect(files.length).toBe(256 + 5);
  expect(files.filter(({ role }) => role === 'root').length).toBe(2);
});

test('refuses to count on from a damaged file', async () => {
  await store.create({ role: 'targets', version: 1 }, Buffer.from('{}'));
  await update(content(1));
  await writeFile(join(folder, 'metadata', '1.snapshot.json'), '{');
  await expect(update(content(1))).rejects.toMatchObject({
    name: 'Failure',
    code: 'metadata-store',
    message: expect.stringContaining('1.snapshot.json cannot be used'),
  });
});

test('signs the timestamp alone, with its key alone, where it ends soon or another snapshot is the newest', async () => {
  const timestamp = (at: Date): Promise<boolean> => updateTimestamp(store, keys.timestamp, at);
  await expect(timestamp(now)).resolves.toBe(false);
  await store.create({ role: 'targets', version: 1 }, Buffer.from('{}'));
  await update(content(2));
  await expect(timestamp(days(0.2))).resolves.toBe(false);
  await expect(timestamp(days(0.3))).resolves.toBe(true);
  expect((await published()).timestamp.version).toBe(2);
  // As an update leaves it that was interrupted before its last file.
  const second = await store.read({ role: 'timestamp', version: 2 });
  await update(content(2, 1), days(0.4));
  await store.remove({ role: 'timestamp', version: 3 });
  await store.create({ role: 'timestamp', version: 2 }, second);
  await expect(timestamp(days(0.4))).resolves.toBe(true);
  const opened = await published();
  expect([opened.timestamp.version, opened.snapshot.version]).toEqual([3, 2]);
  expect(targetsOf(opened)).toEqual([...content(2, 1).named.keys()].sort());
});

test('publishes nothing before the first update', async () => {
  await expect(publishedMetadata(store)).resolves.toEqual(new Map());
});

test('signs again what a clock that was wrong signed, and then lets it be', async () => {
  await update(content(1), days(400));
  await expect(update(content(1))).resolves.toEqual({ bins: 256, snapshot: true, timestamp: true });
  const timestamp = JSON.parse((await store.read({ role: 'timestamp', version: 2 })).toString('utf8'));
  expect(timestamp.signed.expires).toBe('2026-04-19T10:00:00Z');
  await expect(update(content(1))).resolves.toEqual({ bins: 0, snapshot: false, timestamp: false });
});
