import { expect, test } from 'vitest';
import { readListing, type ListedFile } from './listing.ts';

const id = 'a'.repeat(40);
const read = (...entries: readonly string[]): ListedFile[] =>
  readListing(Buffer.from(entries.map((each) => `${each}\0`).join(''), 'latin1'), (why) => {
    throw new Error(why);
  });

test('reads files with their modes, ids and sizes', () => {
  expect(
    read(
      `100644 blob ${id}       3\tREADME.md`,
      `100755 blob ${id} 1234567\tbin/run it`,
      `100664 blob ${id}       0\told\u00c3\u00a9`,
    ),
  ).toEqual([
    { path: 'README.md', executable: false, id, size: 3 },
    { path: 'bin/run it', executable: true, id, size: 1234567 },
    { path: 'oldé', executable: false, id, size: 0 },
  ]);
});

test.each([
  [
    'a submodule',
    `160000 commit ${id}       -\tvendor/x`,
    'holds "vendor/x", a submodule: its files are in another repository',
  ],
  ['a link', `120000 blob ${id}       4\tcurrent`, 'holds "current", a link'],
  ['another kind of entry', `040000 tree ${id}       -\tx`, 'holds "x", which is no plain file'],
  ['a file of another mode', `040755 blob ${id}       4\tx`, 'holds "x", which is no plain file'],
  ['a file that is not there', `100644 blob ${id}       -\tx`, 'holds "x", which is no plain file'],
  ['a path that climbs', `100644 blob ${id}       4\ta/../b`, 'holds "a/../b", a path that may lead out'],
  ['an absolute path', `100644 blob ${id}       4\t/etc/passwd`, 'a path that may lead out'],
  ['a backslash', `100644 blob ${id}       4\ta\\b`, 'a path that may lead out'],
  ['a stream of Windows', `100644 blob ${id}       4\ta:b`, 'a path that may lead out'],
  ['a line feed', `100644 blob ${id}       4\ta\nb`, 'a path that may lead out'],
  ['a path that is no UTF-8', `100644 blob ${id}       4\ta\u00ff`, 'a path that may lead out'],
  ['a folder of git itself', `100644 blob ${id}       4\tsub/.GIT/config`, 'a path that may lead out'],
  [
    'two names that are one on some systems',
    `100644 blob ${id}       4\treadme.md`,
    'which are one name on some systems',
  ],
  ['what is no listing', 'x', 'has a listing that cannot be read'],
  ['an id of another length', `100644 blob ${id}a       4\tx`, 'has a listing that cannot be read'],
])('refuses %s', (_, entry, message) => {
  expect(() => read(`100644 blob ${id}       3\tREADME.md`, entry)).toThrow(message);
});

test('refuses a listing without files, and one with too many', () => {
  expect(() => read()).toThrow('holds no files');
  const many = Array.from({ length: 100_001 }, (_, index) => `100644 blob ${id} 1\t${index}`);
  expect(() => read(...many)).toThrow('holds more than 100000 files');
  expect(read(...many.slice(1))).toHaveLength(100_000);
});
