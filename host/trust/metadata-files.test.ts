import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folder.ts';
import { MetadataFiles } from './metadata-files.ts';
import { MetadataSource } from './metadata-source.ts';

const now = new Date('2026-06-01T12:00:00Z');
const scope = 'a'.repeat(16);
let folder: string;
let files: MetadataFiles;

beforeEach(async () => {
  folder = join(await temporaryFolder(), 'metadata');
  await mkdir(folder, { mode: 0o700 });
  files = new MetadataFiles(folder);
});

const kept = async (): Promise<string[]> => (await readdir(folder)).sort();

test('deletes metadata that is not used, and neither timestamps nor what another process writes', async () => {
  const timestamp = `7.timestamp-${scope}.json`;
  const others = ['3.snapshot.json.4711.tmp', 'notes.txt'];
  for (const name of ['1.root.json', '2.snapshot.json', '3.snapshot.json', '1.bin-a3.json', timestamp, ...others])
    await writeFile(join(folder, name), '{}');
  await files.prune(new Set(['1.root.json', '3.snapshot.json']));
  expect(await kept()).toEqual(['1.root.json', '3.snapshot.json', ...others, timestamp].sort());
});

test('keeps the newest timestamp of each set of keys, and the one before', async () => {
  const other = 'b'.repeat(16);
  for (const version of [3, 4, 5]) await files.cacheTimestamp(scope, version, { bytes: Buffer.from('{}'), at: now });
  await files.cacheTimestamp(other, 1, { bytes: Buffer.from('{}'), at: now });
  expect(await kept()).toEqual([`1.timestamp-${other}.json`, `4.timestamp-${scope}.json`, `5.timestamp-${scope}.json`]);
  expect((await files.newestTimestamp(scope))?.at).toEqual(now);
});

test('a timestamp of other keys is none that is cached', async () => {
  await files.cacheTimestamp('b'.repeat(16), 9, { bytes: Buffer.from('{}'), at: now });
  await expect(new MetadataSource(files, now).timestamp(scope)).rejects.toMatchObject({ code: 'not-cached' });
});
