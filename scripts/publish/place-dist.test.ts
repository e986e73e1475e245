import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folder.ts';
import { placeDist, type Rename } from './place-dist.ts';

let folder: string;
let built: string;
let dist: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  [built, dist] = [join(folder, '.registry/built'), join(folder, 'dist')];
  for (const [path, content] of [
    [built, 'new'],
    [dist, 'old'],
  ] as const) {
    await mkdir(path, { recursive: true });
    await writeFile(join(path, 'file'), content);
  }
  await writeFile(join(dist, 'only-in-old'), '');
});

const failing = (code: string): Error => Object.assign(new Error(code), { code });
/** A kernel for which some renames are between file systems, or of a mount point. */
const refusing =
  (code: string, refused: (from: string, to: string) => boolean): Rename =>
  async (from, to) => {
    if (refused(from, to)) throw failing(code);
    await rename(from, to);
  };
const now = async (): Promise<unknown> => ({
  files: (await readdir(dist)).sort(),
  content: await readFile(join(dist, 'file'), 'utf8'),
  beside: (await readdir(folder)).sort(),
});
const isOld = { files: ['file', 'only-in-old'], content: 'old', beside: ['.registry', 'dist'] };
const isNew = { files: ['file'], content: 'new', beside: ['.registry', 'dist'] };
const isBuilt = (path: string): boolean => path.startsWith(join(folder, '.registry'));

test('replaces the old folder whole', async () => {
  await placeDist(built, dist);
  expect(await now()).toEqual(isNew);
});

test('places the first one', async () => {
  await rename(dist, join(folder, '.registry/elsewhere'));
  await placeDist(built, dist);
  expect(await now()).toEqual(isNew);
});

test('replaces it where it was built on another file system', async () => {
  await placeDist(
    built,
    dist,
    refusing('EXDEV', (from, to) => isBuilt(from) !== isBuilt(to)),
  );
  expect(await now()).toEqual(isNew);
});

test.each(['EBUSY', 'EXDEV'])(
  'leaves a dist/ that is a mount point as it was (%s), and says what to do',
  async (code) => {
    const move = refusing(code, (from, to) => from === dist || to === dist);
    await expect(placeDist(built, dist, move)).rejects.toMatchObject({
      code: 'dist-mount',
      message: expect.stringContaining('it is a mount point'),
      remedy: expect.stringContaining(`mount ${folder}`),
    });
    expect(await now()).toEqual(isOld);
  },
);

test('puts the old one back where the new one cannot take its place', async () => {
  const move = refusing('EACCES', (from) => from === built);
  await expect(placeDist(built, dist, move)).rejects.toMatchObject({ code: 'EACCES' });
  expect(await now()).toEqual(isOld);
});
