import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folder.ts';
import { checkNotOlder } from './high-water.ts';

const root = await temporaryFolder();
const a = 'a'.repeat(64);
const b = 'b'.repeat(64);
let folder: string;
let count = 0;

beforeEach(() => {
  folder = join(root, String(count++), 'seen');
});

const refused = (message: string): unknown =>
  expect.objectContaining({ name: 'Refusal', code: 'E_ROLLBACK', message: expect.stringContaining(message) });

test('remembers the first status it sees', async () => {
  await checkNotOlder(folder, 7, a);
  await expect(readdir(folder)).resolves.toEqual([`status.7.${a}`]);
  expect((await stat(folder)).mode & 0o077).toBe(0);
});

test('accepts the same status again', async () => {
  await checkNotOlder(folder, 7, a);
  await expect(checkNotOlder(folder, 7, a)).resolves.toBeUndefined();
  await expect(readdir(folder)).resolves.toEqual([`status.7.${a}`]);
});

test('accepts a newer one, and forgets the older one', async () => {
  await checkNotOlder(folder, 7, a);
  await checkNotOlder(folder, 10, b);
  await expect(readdir(folder)).resolves.toEqual([`status.10.${b}`]);
});

test('refuses a status older than one already seen', async () => {
  await checkNotOlder(folder, 10, a);
  await expect(checkNotOlder(folder, 9, b)).rejects.toEqual(
    refused("the registry's status has the sequence 9; 10 was seen before"),
  );
  await expect(checkNotOlder(folder, 9, a)).rejects.toEqual(refused('has the sequence 9'));
  await expect(readdir(folder)).resolves.toEqual([`status.10.${a}`]);
});

test('refuses another status under a number already seen', async () => {
  await checkNotOlder(folder, 7, a);
  await expect(checkNotOlder(folder, 7, b)).rejects.toEqual(refused("the registry's status 7 is another one"));
  await expect(readdir(folder)).resolves.toEqual([`status.7.${a}`]);
});

test('counts by number, not by letter', async () => {
  await checkNotOlder(folder, 9, a);
  await expect(checkNotOlder(folder, 10, b)).resolves.toBeUndefined();
  await expect(checkNotOlder(folder, 9, a)).rejects.toEqual(refused('10 was seen before'));
});

test('believes the highest of several marks, as two processes may leave them', async () => {
  await mkdir(folder, { recursive: true });
  for (const name of [`status.5.${a}`, `status.8.${b}`, `status.6.${a}`]) await writeFile(join(folder, name), '');
  await expect(checkNotOlder(folder, 7, a)).rejects.toEqual(refused('8 was seen before'));
  await checkNotOlder(folder, 9, a);
  await expect(readdir(folder)).resolves.toEqual([`status.9.${a}`]);
});

test.each(['status.8', `status.08.${a}`, `status.8.${a}.tmp`, `status.0.${a}`, `status.8.${'A'.repeat(64)}`, 'README'])(
  'takes %s for no mark, and lets it lie',
  async (name) => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, name), '');
    await checkNotOlder(folder, 7, a);
    expect((await readdir(folder)).sort()).toEqual([name, `status.7.${a}`].sort());
  },
);

test('lets many look at once', async () => {
  await checkNotOlder(folder, 1, a);
  await Promise.all(Array.from({ length: 10 }, () => checkNotOlder(folder, 2, b)));
  await expect(readdir(folder)).resolves.toEqual([`status.2.${b}`]);
});

test('refuses to go on where it cannot know what was seen', async () => {
  await mkdir(join(folder, '..'), { recursive: true });
  await writeFile(folder, 'a file in the place of the folder');
  await expect(checkNotOlder(folder, 7, a)).rejects.toMatchObject({ name: 'Refusal', code: 'E_STATE' });
});
