import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folder.ts';
import { readBuildCache, writeBuildCache, type BuiltServer } from './build-cache.ts';

const file = async (): Promise<string> => join(await temporaryFolder(), 'build.jsonl');

const built = (parts: readonly (string | undefined)[]): BuiltServer => ({
  record: 'a1',
  page: Buffer.from('{"page":1}'),
  detail: Buffer.from('{"detail":1}'),
  pages: ['servers/tiny/index.html'],
  row: Buffer.from('{"row":1}'),
  parts: parts.map((part) => (part === undefined ? undefined : Buffer.from(part))),
  files: [['locks/a.json', '1 2']],
});

test('gives back what was written, with the parts that there are none of', async () => {
  const path = await file();
  const cache = new Map([
    ['tiny', built(['{"a":1}', undefined, 'a text'])],
    ['vast', built([undefined, undefined, undefined])],
  ]);
  await writeBuildCache(path, 'this program', cache);
  expect(await readBuildCache(path, 'this program', 3)).toEqual(cache);
});

test('leaves out a server whose lines end in the middle, and reads a text as the bytes that it is', async () => {
  const path = await file();
  const cache = new Map([
    ['tiny', built(['Größe … 測試'])],
    ['vast', built(['b'])],
  ]);
  await writeBuildCache(path, 'this program', cache);
  const bytes = await readFile(path);
  await writeFile(path, bytes.subarray(0, -1));
  expect([...(await readBuildCache(path, 'this program', 1))]).toEqual([['tiny', built(['Größe … 測試'])]]);
  await writeFile(path, bytes.toString().replace('["vast"', '["vast'));
  expect(await readBuildCache(path, 'this program', 1)).toEqual(new Map());
});

test('is empty for another program', async () => {
  const path = await file();
  await writeBuildCache(path, 'this program', new Map([['tiny', built([])]]));
  expect(await readBuildCache(path, 'another program', 0)).toEqual(new Map());
});

test.each(['', 'two\nlines'])('writes no part that would be read back as something else: %j', async (part) => {
  const path = await file();
  await expect(writeBuildCache(path, 'this program', new Map([['tiny', built([part])]]))).rejects.toThrow(
    'not one line of text',
  );
});
