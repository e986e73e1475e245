import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folder.ts';
import { HighWater, ofKeys, scopeOf, type Mark } from './high-water.ts';

const root = await temporaryFolder();
const a = 'a'.repeat(64);
const b = 'b'.repeat(64);
const scope = scopeOf(['key']);
const otherScope = scopeOf(['other']);
let folder: string;
let count = 0;

beforeEach(() => {
  folder = join(root, String(count++), 'seen');
});

const mark = (version: number, digest = a, kind = 'status', under = scope): Mark => ({
  kind,
  scope: under,
  version,
  digest,
});
const file = (version: number, digest = a): string => `status.${scope}.${version}.${digest}`;

/** What a host does with a file that it verified, which `key` and nobody else may sign. */
const see = (...marks: Mark[]): Promise<void> => seeAmong(['key'], ...marks);

/** The same where any of these keys may sign. */
async function seeAmong(keys: readonly string[], ...marks: Mark[]): Promise<void> {
  const seen = await HighWater.open(folder);
  for (const each of marks) seen.check(each, ofKeys(keys));
  await seen.raise(marks);
}

const refused = (message: string): unknown =>
  expect.objectContaining({ name: 'Refusal', code: 'E_ROLLBACK', message: expect.stringContaining(message) });

test('remembers the first status it sees', async () => {
  await see(mark(7));
  await expect(readdir(folder)).resolves.toEqual([file(7)]);
  expect((await stat(folder)).mode & 0o077).toBe(0);
});

test('accepts the same status again', async () => {
  await see(mark(7));
  await see(mark(7));
  await expect(readdir(folder)).resolves.toEqual([file(7)]);
});

test('accepts a newer one, and forgets the older one', async () => {
  await see(mark(7));
  await see(mark(10, b));
  await expect(readdir(folder)).resolves.toEqual([file(10, b)]);
});

test('refuses one older than one already seen', async () => {
  await see(mark(10));
  await expect(see(mark(9, b))).rejects.toEqual(refused("the registry's status has the version 9; 10 was seen before"));
  await expect(see(mark(9))).rejects.toEqual(refused('has the version 9'));
  await expect(readdir(folder)).resolves.toEqual([file(10)]);
});

test('refuses another one under a number already seen', async () => {
  await see(mark(7));
  await expect(see(mark(7, b))).rejects.toEqual(refused("the registry's status 7 is not the one"));
  await expect(readdir(folder)).resolves.toEqual([file(7)]);
});

test('counts by number, not by letter', async () => {
  await see(mark(9));
  await see(mark(10, b));
  await expect(see(mark(9))).rejects.toEqual(refused('10 was seen before'));
});

test('believes the highest of several marks, as two processes may leave them', async () => {
  await mkdir(folder, { recursive: true });
  for (const name of [file(5), file(8, b), file(6)]) await writeFile(join(folder, name), '');
  await expect(see(mark(7))).rejects.toEqual(refused('8 was seen before'));
  await see(mark(9));
  await expect(readdir(folder)).resolves.toEqual([file(9)]);
});

test('compares each kind with itself alone', async () => {
  await see(mark(10));
  await see(mark(3, a, 'timestamp'), mark(4, a, 'bin-a3'));
  await expect(see(mark(2, a, 'timestamp'))).rejects.toEqual(refused("the registry's timestamp"));
  await expect(see(mark(3, a, 'bin-a3'))).rejects.toEqual(refused("the registry's bin-a3"));
  expect((await HighWater.open(folder)).highest('status')).toBe(10);
  expect((await HighWater.open(folder)).highest('snapshot')).toBe(0);
});

test('compares with what every key signed that may still sign, and remembers each', async () => {
  await see(mark(10));
  const older = mark(9, b, 'status', otherScope);
  await expect(seeAmong(['other', 'key'], older)).rejects.toEqual(refused('10 was seen before'));
  await expect(seeAmong(['other', 'key'], mark(10, b, 'status', otherScope))).rejects.toEqual(
    refused("the registry's status 10 is not the one"),
  );
  await seeAmong(['other', 'key'], mark(11, b, 'status', otherScope));
  expect((await readdir(folder)).sort()).toEqual([file(10), `status.${otherScope}.11.${b}`].sort());
});

test('does not compare with what a key signed that was taken away, and forgets nothing of it', async () => {
  await see(mark(900));
  await seeAmong(['other'], mark(2, b, 'status', otherScope));
  await expect(seeAmong(['other'], mark(1, b, 'status', otherScope))).rejects.toEqual(refused('2 was seen before'));
  await expect(see(mark(899))).rejects.toEqual(refused('900 was seen before'));
});

test('names keys in any order', () => {
  expect(scopeOf(['one', 'two'])).toBe(scopeOf(['two', 'one']));
  expect(scopeOf(['one', 'two'])).not.toBe(scopeOf(['onetwo']));
});

test.each([
  `status.${scope}.8`,
  `status.${scope}.08.${a}`,
  `status.${scope}.8.${a}.tmp`,
  `status.${scope}.0.${a}`,
  `status.${scope}.8.${'A'.repeat(64)}`,
  `status.8.${a}`,
  `STATUS.${scope}.8.${a}`,
  'README',
])('takes %s for no mark, and lets it lie', async (name) => {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), '');
  await see(mark(7));
  expect((await readdir(folder)).sort()).toEqual([name, file(7)].sort());
});

test('lets many look at once', async () => {
  await see(mark(1));
  await Promise.all(Array.from({ length: 10 }, () => see(mark(2, b))));
  await expect(readdir(folder)).resolves.toEqual([file(2, b)]);
});

test('refuses to go on where it cannot know what was seen', async () => {
  await mkdir(join(folder, '..'), { recursive: true });
  await writeFile(folder, 'a file in the place of the folder');
  await expect(see(mark(7))).rejects.toMatchObject({ name: 'Refusal', code: 'E_STATE' });
});
