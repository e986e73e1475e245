import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folder.ts';
import { readBuildCache, writeBuildCache, type BuiltServer } from './build-cache.ts';

const file = async (): Promise<string> => join(await temporaryFolder(), 'build.jsonl');

const built = (parts: BuiltServer['parts']): BuiltServer => ({
  record: 'a1',
  page: '{"page":1}',
  detail: '{"detail":1}',
  pages: ['servers/tiny/index.html'],
  row: '{"row":1}',
  parts,
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
