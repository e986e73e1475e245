import { expect, test } from 'vitest';
import { sha256 } from '../../core/digest.ts';
import type { PackageFile } from '../archives/tarball.ts';
import { readFileList, writeFileList } from './file-list.ts';

const file = (path: string, text: string, executable = false): PackageFile => ({
  path,
  executable,
  sha256: sha256(text),
  content: Buffer.from(text),
});

const files = [file('a.js', 'one\n'), file('b/empty', ''), file('b/run', '#!/bin/sh\n', true), file('ä/ö', 'two')];

test('the same files give the same bytes, in whatever order they come', () => {
  expect(writeFileList(files.toReversed())).toEqual(writeFileList(files));
  expect(readFileList(writeFileList(files), 'it')).toEqual(files);
});

const listed = (text: string): Buffer => Buffer.from(`countersign files 1\n${text}`);

test.each([
  ['another first line', Buffer.from('countersign files 2\n0644 0 a\n'), 'is no list of files'],
  ['no file', listed(''), 'holds no files'],
  ['another mode', listed('0777 0 a\n'), 'a line that cannot be read'],
  ['a size with a zero in front', listed('0644 01 a\nx'), 'a line that cannot be read'],
  ['a line without an end', listed('0644 0 a'), 'a line that cannot be read'],
  ['too few bytes', listed('0644 5 a\nx'), 'ends within a'],
  ['a path that leads out', listed('0644 0 ../a\n'), 'may lead out'],
  ['another order', listed('0644 0 b\n0644 0 a\n'), 'is not sorted by path'],
  ['a file twice', listed('0644 0 a\n0644 0 a\n'), 'is not sorted by path'],
  ['a file in a file', listed('0644 0 a\n0644 0 a/b\n'), 'as a file and as a folder'],
  ['names that are one on some systems', listed('0644 0 A\n0644 0 a\n'), 'which are one name on some systems'],
])('refuses %s', (_, bytes, why) => {
  expect(() => readFileList(bytes, 'it')).toThrow(
    expect.objectContaining({ code: 'E_ARCHIVE', message: expect.stringContaining(why) }),
  );
});

test('any other byte makes other files, or none', () => {
  const bytes = writeFileList(files);
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    let read: readonly PackageFile[] | undefined;
    try {
      read = readFileList(changed, 'it');
    } catch {
      continue;
    }
    expect(read, `byte ${at}`).not.toEqual(files);
    expect(writeFileList(read)).toEqual(changed);
  }
});
