import { execFileSync } from 'node:child_process';
import { chmod, mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../test/support/folder.ts';
import { readPrivateFile, readRegularFile } from './regular-file.ts';

let path: string;
beforeEach(async () => {
  path = join(await temporaryFolder(), 'file');
});

const refused = (code: string, message: string): unknown =>
  expect.objectContaining({ name: 'Refusal', code, message: expect.stringContaining(message) });

test('gives the bytes of a file, and what was found out about it', async () => {
  await writeFile(path, 'four');
  const { bytes, found } = readRegularFile(path, 4);
  expect([bytes.toString(), found.size]).toEqual(['four', 4]);
});

test('gives an empty file', async () => {
  await writeFile(path, '');
  expect(readRegularFile(path, 4).bytes.byteLength).toBe(0);
});

test('reads nothing of a file that is larger than the limit', async () => {
  await writeFile(path, '');
  await truncate(path, 1_500_000_000);
  const before = process.memoryUsage.rss();
  expect(() => readRegularFile(path, 1000)).toThrow(refused('E_TOO_LARGE', 'has 1500000000 bytes, more than 1000'));
  expect(process.memoryUsage.rss() - before).toBeLessThan(100_000_000);
});

test.each<[string, () => Promise<unknown>]>([
  ['a folder', () => mkdir(path)],
  ['a link to a file', () => writeFile(`${path}.x`, '').then(() => symlink(`${path}.x`, path))],
  ['a pipe that nobody writes to', async () => execFileSync('mkfifo', [path])],
  ['a socket', () => new Promise<void>((resolve) => void createServer().unref().listen(path, resolve))],
])('refuses %s, without waiting', async (_, place) => {
  await place();
  expect(() => readRegularFile(path, 1000)).toThrow(refused('E_STORE', `${path} is no regular file`));
});

test('says that there is no file as the system says it', () => {
  expect(() => readRegularFile(path, 1000)).toThrow(expect.objectContaining({ code: 'ENOENT' }));
});

test('refuses a file that others can write, where it must be private', async () => {
  await writeFile(path, 'x');
  await chmod(path, 0o664);
  expect(() => readPrivateFile(path, 1000)).toThrow(refused('E_STORE', 'can be written by its group'));
  expect(readRegularFile(path, 1000).bytes.toString()).toBe('x');
  await chmod(path, 0o644);
  expect(readPrivateFile(path, 1000).bytes.toString()).toBe('x');
});
