import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { FilePiece } from '../../../artefacts/oci/layer.ts';
import { temporaryFolder } from '../../../test/support/folder.ts';
import { stageFiles } from './stage-files.ts';

const piece = (path: string, text: string, more: Partial<FilePiece> = {}): FilePiece => ({
  path,
  executable: true,
  start: 0,
  isLast: true,
  content: Buffer.from(text),
  ...more,
});

async function staged(pieces: readonly FilePiece[], maxBytes = 1_000) {
  const folder = join(await temporaryFolder(), 'tree');
  await mkdir(folder);
  const stream = async function* () {
    yield* pieces;
  };
  return { folder, result: await stageFiles(stream(), folder, maxBytes) };
}

test('lays out each file for the owner alone, and none is executable', async () => {
  const { folder, result } = await staged([piece('usr/bin/a', 'one'), piece('etc/b:c', ''), piece('top', 'two')]);
  expect(result).toEqual({ kind: 'staged', left: [] });
  expect(await readFile(join(folder, 'usr/bin/a'), 'utf8')).toBe('one');
  expect(await readFile(join(folder, 'etc/b:c'), 'utf8')).toBe('');
  expect((await stat(join(folder, 'usr/bin/a'))).mode & 0o777).toBe(0o600);
  expect((await stat(join(folder, 'usr'))).mode & 0o777).toBe(0o700);
});

test('puts the pieces of a long file together, also where two names of it take turns', async () => {
  const { folder, result } = await staged([
    piece('a', 'abcd', { isLast: false }),
    piece('b', 'abcd', { isLast: false }),
    piece('a', 'cdef', { start: 2 }),
    piece('b', 'cdef', { start: 2 }),
  ]);
  expect(result).toEqual({ kind: 'staged', left: [] });
  expect(await readFile(join(folder, 'a'), 'utf8')).toBe('abcdef');
  expect(await readFile(join(folder, 'b'), 'utf8')).toBe('abcdef');
});

test('keeps the first of two files, and names each that has no place', async () => {
  const long = 'x'.repeat(300);
  const { folder, result } = await staged([
    piece('a', 'first', { isLast: false }),
    piece('a', 't!', { start: 4 }),
    piece('a', 'second', { isLast: false }),
    piece('a', 'more', { start: 5 }),
    piece('a/below', 'x'),
    piece('d/e', 'x'),
    piece('d', 'x'),
    piece(long, 'x', { isLast: false }),
    piece(long, 'x', { start: 1 }),
    piece('nul\0', 'x'),
    piece('../out', 'x'),
  ]);
  expect(result).toEqual({ kind: 'staged', left: ['a', 'a/below', 'd', long, 'nul\0', '../out'] });
  expect(await readFile(join(folder, 'a'), 'utf8')).toBe('first!');
  expect(await readdir(join(folder, '..'))).toEqual(['tree']);
});

test('ends before it writes more than it may', async () => {
  const { folder, result } = await staged([piece('a', 'x'.repeat(6)), piece('b', 'x'.repeat(5))], 10);
  expect(result).toEqual({ kind: 'not-staged', why: 'it holds more than 10 bytes of files' });
  expect(await readdir(folder)).toEqual(['a']);
});

test('a fault of the image stays one', async () => {
  const fault = new Error('the layer is another one');
  const stream = async function* () {
    yield piece('a', 'x');
    throw fault;
  };
  await expect(stageFiles(stream(), await temporaryFolder(), 10)).rejects.toBe(fault);
});
