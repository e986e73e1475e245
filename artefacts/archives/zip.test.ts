import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { zipOf, type ZippedEntry } from '../../test/support/zips.ts';
import { sha256 } from '../../core/digest.ts';
import { readZip } from './zip.ts';

const text = 'print("tiny")\n';
const main: ZippedEntry = { path: 'tiny/main.py', content: text };

const refused = (why: string) => ({ name: 'Refusal', code: 'E_ARCHIVE', message: `tiny.whl ${why}` });

const pathsIn = async (bytes: Uint8Array): Promise<string[]> => (await readZip(bytes, 'x')).map(({ path }) => path);

test('gives every file with its path, mode, digest and content, in the order of the list', async () => {
  const files = await readZip(
    zipOf([
      { path: 'tiny/' },
      { path: 'tiny/run', content: '#!/bin/sh\n', mode: 0o100755 },
      main,
      { path: 'tiny/empty', content: '' },
      { path: 'tiny/stored', content: 'x', stored: true },
      { path: 'tiny/größe.txt', content: 'ü' },
    ]),
    'tiny.whl',
  );
  expect(files.map(({ content, ...rest }) => ({ ...rest, text: Buffer.from(content).toString('utf8') }))).toEqual([
    { path: 'tiny/run', executable: true, sha256: sha256('#!/bin/sh\n'), text: '#!/bin/sh\n' },
    { path: 'tiny/main.py', executable: false, sha256: sha256(text), text },
    { path: 'tiny/empty', executable: false, sha256: sha256(''), text: '' },
    { path: 'tiny/stored', executable: false, sha256: sha256('x'), text: 'x' },
    { path: 'tiny/größe.txt', executable: false, sha256: sha256('ü'), text: 'ü' },
  ]);
});

test.each([
  [0o100644, false],
  [0o100600, false],
  [0o644, false],
  [0, false],
  [0o100755, true],
  [0o755, true],
  [0o100744, true],
  [0o100645, true],
  [0o104644, false],
])('takes the mode %o as executable: %s', async (mode, executable) => {
  expect((await readZip(zipOf([{ ...main, mode }]), 'x'))[0]?.executable).toBe(executable);
});

test('reads bytes that are a part of a larger buffer', async () => {
  const zip = zipOf([main]);
  const around = Buffer.concat([Buffer.from('PK'), zip, Buffer.from('PK')]);
  expect(await pathsIn(new Uint8Array(around.buffer, around.byteOffset + 2, zip.byteLength))).toEqual(['tiny/main.py']);
});

test.each([
  ['SymbolicLink', 0o120777],
  ['CharacterDevice', 0o020644],
  ['BlockDevice', 0o060644],
  ['FIFO', 0o010644],
  ['Socket', 0o140755],
  ['file of the kind 0150000', 0o150644],
])('refuses a %s', async (kind, mode) => {
  const link: ZippedEntry = { path: 'x', content: 'tiny/main.py', mode };
  await expect(readZip(zipOf([main, link]), 'tiny.whl')).rejects.toMatchObject(refused(`holds "x", a ${kind}`));
  // Whatever system it says that it was made on.
  await expect(readZip(zipOf([main, { ...link, listed: { madeBy: 20 } }]), 'tiny.whl')).rejects.toMatchObject(
    refused(`holds "x", a ${kind}`),
  );
});

test.each([
  ['a file whose mode is a folder', { path: 'x', mode: 0o040755 }, '"x", a file by its name and a folder by its mode'],
  [
    'a file that is a folder for MS-DOS',
    { path: 'x', listed: { attributes: 0x10 } },
    '"x", a file by its name and a folder by its mode',
  ],
  [
    'a folder whose mode is a file',
    { path: 'x/', mode: 0o100644 },
    '"x/", a folder by its name and a file by its mode',
  ],
  ['a folder with a content', { path: 'x/', content: 'hidden' }, '"x", a folder with a content'],
] satisfies [string, ZippedEntry, string][])('refuses %s', async (_, entry, why) => {
  await expect(readZip(zipOf([main, entry]), 'tiny.whl')).rejects.toMatchObject(refused(`holds ${why}`));
});

test.each([
  ['an absolute path', '/etc/passwd'],
  ['a path that climbs out', '../evil.py'],
  ['a path that climbs out further down', 'tiny/../../evil.py'],
  ['a path that climbs and comes back', 'tiny/../main.py'],
  ['a folder that climbs out', '../'],
  ['a dot', './main.py'],
  ['a dot in the middle', 'tiny/./main.py'],
  ['an empty name in the middle', 'tiny//main.py'],
  ['an empty folder name', 'tiny//'],
  ['nothing but a slash', '/'],
  ['no name', ''],
  ['a backslash', 'tiny\\main.py'],
  ['a backslash that climbs', '..\\evil.py'],
  ['a drive', 'C:/evil.py'],
  ['a drive without a slash', 'C:evil.py'],
  ['a stream', 'main.py:hidden'],
  ['a NUL, where some programs end the name', 'main.py\0.txt'],
  ['a newline', 'a\nb.py'],
  ['an escape', 'a\u001bb.py'],
  ['a delete character', 'a\u007f.py'],
  ['a line separator', 'a\u2028b.py'],
])('refuses %s', async (_, path) => {
  await expect(readZip(zipOf([main, { path, content: 'x' }]), 'tiny.whl')).rejects.toMatchObject(
    refused(`holds ${JSON.stringify(path)}, a path that may lead out of the package`),
  );
});

test.each([
  ['the same name twice', ['a.py', 'a.py'], 'holds "a.py" twice'],
  [
    'names that differ in case',
    ['tiny/a.py', 'tiny/A.py'],
    'holds "tiny/a.py" and "tiny/A.py", which are one name on some systems',
  ],
  [
    'folders that differ in case',
    ['tiny/a.py', 'Tiny/b.py'],
    'holds "tiny" and "Tiny", which are one name on some systems',
  ],
  [
    'a folder and a file that differ in case',
    ['tiny/a.py', 'TINY'],
    'holds "tiny" and "TINY", which are one name on some systems',
  ],
  [
    'a folder and a file that differ in case, the file first',
    ['A', 'a/'],
    'holds "A" and "a", which are one name on some systems',
  ],
  [
    'names that differ in their Unicode form',
    ['\u00e9.py', 'e\u0301.py'],
    'holds "\u00e9.py" and "e\u0301.py", which are one name on some systems',
  ],
  [
    'names that differ in a letter without a lower case of its own',
    ['stra\u00dfe', 'STRASSE'],
    'holds "stra\u00dfe" and "STRASSE", which are one name on some systems',
  ],
  [
    'names that differ in a dot at the end',
    ['a.py', 'a.py.'],
    'holds "a.py" and "a.py.", which are one name on some systems',
  ],
  [
    'names that differ in a space at the end',
    ['a /b', 'a/c'],
    'holds "a " and "a", which are one name on some systems',
  ],
  ['a file where another has a folder', ['a', 'a/b.py'], 'holds a as a file and as a folder'],
  ['a folder where another has a file', ['a/b/c.py', 'a/b'], 'holds a/b as a file and as a folder'],
  ['a file and an empty folder', ['a', 'a/'], 'holds a as a file and as a folder'],
])('refuses %s', async (_, paths, why) => {
  await expect(readZip(zipOf(paths.map((path) => ({ path }))), 'tiny.whl')).rejects.toMatchObject(refused(why));
});

test('takes a folder that stands in the list more than once, or after what is in it', async () => {
  expect(await pathsIn(zipOf([{ path: 'a/' }, { path: 'a/b' }, { path: 'a/' }]))).toEqual(['a/b']);
});

test('refuses what stands for more than half a gigabyte, and unpacks none of it', async () => {
  const entry = (path: string): ZippedEntry => ({
    path,
    packed: deflateRawSync(''),
    both: { size: 300 * 1024 * 1024 },
  });
  await expect(readZip(zipOf([entry('a'), entry('b')]), 'tiny.whl')).rejects.toMatchObject({
    code: 'E_TOO_LARGE',
    message: 'tiny.whl unpacks to more than 536870912 bytes',
  });
});

test('refuses what unpacks to more than fifty times its size, if that is much', async () => {
  const zeros = (megabytes: number): Promise<unknown> =>
    readZip(zipOf([{ path: 'zeros', content: Buffer.alloc(megabytes * 1024 * 1024) }]), 'tiny.whl');
  await expect(zeros(65)).rejects.toMatchObject({
    code: 'E_TOO_LARGE',
    message: 'tiny.whl unpacks to more than 50 times its size',
  });
  await expect(zeros(60)).resolves.toHaveLength(1);
});

test('refuses more files than the limit, and no fewer', async () => {
  const entries = Array.from({ length: 100_001 }, (_, number) => ({ path: `${number}`, stored: true as const }));
  const wide = { wideEnd: {}, end: { count: 0xffff, countHere: 0xffff } };
  await expect(readZip(zipOf(entries, wide), 'tiny.whl')).rejects.toMatchObject(
    refused('holds more than 100000 files'),
  );
  expect(await readZip(zipOf(entries.slice(1), wide), 'tiny.whl')).toHaveLength(100_000);
});

test('shows only the beginning of a long path', async () => {
  await expect(readZip(zipOf([{ path: `${'a'.repeat(900)}:` }]), 'tiny.whl')).rejects.toMatchObject(
    refused(`holds "${'a'.repeat(200)}", a path that may lead out of the package`),
  );
});
