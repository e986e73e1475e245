import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folder.ts';
import { replaceFolder, type Moves } from './replace-folder.ts';

let folder: string;
let [from, target] = ['', ''];

async function fill(place: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [file, content] of Object.entries(files)) {
    await mkdir(join(place, file, '..'), { recursive: true });
    await writeFile(join(place, file), content);
  }
}

async function contents(place: string): Promise<Record<string, string>> {
  const found = await readdir(place, { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const read = files.map(async (file) => [file.slice(place.length + 1), await readFile(file, 'utf8')] as const);
  return Object.fromEntries(await Promise.all(read));
}

const fresh = { 'index.html': 'new', 'metadata/timestamp.json': '2', 'servers/a.json': 'a' };

beforeEach(async () => {
  folder = await temporaryFolder();
  [from, target] = [join(folder, 'work/dist'), join(folder, 'dist')];
  await fill(from, fresh);
});

/** A file system that renames neither this folder nor anything to its place. */
const without = (refused: string, code: string): Moves => ({
  rename: async (a, b) => {
    if ([a, b].includes(refused)) throw Object.assign(new Error(code), { code });
    await rename(a, b);
  },
});

test.each<[string, Moves | undefined]>([
  ['in one step', undefined],
  ['where the new one lies on another file system', { rename: (a, b) => without(from, 'EXDEV').rename(a, b) }],
])('puts a folder where there was none, %s', async (_, moves) => {
  await replaceFolder(from, target, moves);
  expect(await contents(target)).toEqual(fresh);
  expect(await readdir(folder)).toEqual(['dist', 'work']);
});

test.each(['EXDEV', 'EBUSY', 'EPERM'])('replaces a folder that cannot be renamed itself, for %s', async (code) => {
  await fill(target, { 'index.html': 'old', 'gone.html': 'old', 'metadata/timestamp.json': '1' });
  await replaceFolder(from, target, without(target, code));
  expect(await contents(target)).toEqual(fresh);
  expect(await readdir(join(folder, 'work'))).not.toContain('dist.before');
});

test('puts the old folder back before it copies, where only the new one cannot be renamed', async () => {
  await fill(target, { 'index.html': 'old' });
  await replaceFolder(from, target, without(from, 'EXDEV'));
  expect(await contents(target)).toEqual(fresh);
});

test('replaces the metadata after everything that it names', async () => {
  const moved: string[] = [];
  await fill(target, { 'metadata/timestamp.json': '1', 'servers/a.json': 'old' });
  const { rename: move } = without(target, 'EBUSY');
  await replaceFolder(from, target, {
    rename: async (a, b) => {
      if (b.startsWith(`${target}/`) && !b.includes('.replacing')) moved.push(b.slice(target.length + 1));
      await move(a, b);
    },
  });
  expect(moved.at(-1)).toBe('metadata');
  expect(moved).toHaveLength(3);
});

test('sweeps what an interrupted run left inside', async () => {
  const left = `999999999.${hostname()}.x`;
  await fill(target, { [`.replacing/${left}/new/index.html`]: 'half' });
  await replaceFolder(from, target, without(target, 'EBUSY'));
  expect(await contents(target)).toEqual(fresh);
});

test('hides no other failure', async () => {
  await expect(replaceFolder(from, target, without(from, 'ENOSPC'))).rejects.toMatchObject({ code: 'ENOSPC' });
});
