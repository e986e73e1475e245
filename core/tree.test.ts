import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { treeDigest, type TreeEntry } from './tree.ts';

const file = (path: string, change: Partial<TreeEntry> = {}): TreeEntry => ({
  ...{ path, executable: false, sha256: createHash('sha256').update(path).digest('hex') },
  ...change,
});

const line = (path: string, mode: string): string => [path, mode, `${file(path).sha256}\n`].join('\u0000');

test('is the SHA-256 over path, mode and digest of every file, sorted by path', () => {
  const expected = createHash('sha256').update(line('a.js', '0644')).update(line('bin/run', '0755')).digest('hex');
  expect(treeDigest([file('bin/run', { executable: true }), file('a.js')])).toBe(expected);
});

test('does not depend on the order in which files were found, nor changes it', () => {
  const files = [file('b'), file('a/c'), file('a'), file('B'), file('é')];
  const before = structuredClone(files);
  expect(treeDigest(files)).toBe(treeDigest(files.toReversed()));
  expect(files).toEqual(before);
});

test('sorts by code units, not as a language does', () => {
  const lines = ['B', 'a', 'é'].map((path) => line(path, '0644'));
  expect(treeDigest([file('é'), file('a'), file('B')])).toBe(createHash('sha256').update(lines.join('')).digest('hex'));
});

test.each<[string, TreeEntry[]]>([
  ['a path', [file('a', { path: 'b' })]],
  ['a mode', [file('a', { executable: true })]],
  ['a digest', [file('a', { sha256: '0'.repeat(64) })]],
  ['one file more', [file('a'), file('b')]],
  ['one file less', []],
])('is another one with %s', (_, files) => {
  expect(treeDigest(files)).not.toBe(treeDigest([file('a')]));
});

test('cannot be moved from a path into a mode', () => {
  expect(treeDigest([file('a\u00000755', { executable: false })])).not.toBe(
    treeDigest([file('a', { executable: true })]),
  );
});
