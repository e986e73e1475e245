import { linkSync, symlinkSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folder.ts';
import { keepAsSpare, markOf, takeSpare } from './spare-folder.ts';

let folder: string;
let [spare, to] = ['', ''];

beforeEach(async () => {
  folder = await temporaryFolder();
  [spare, to] = [join(folder, 'spare/whole'), join(folder, 'work')];
});

async function write(path: string, content: string): Promise<string> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
  return file;
}

const below = async (place: string): Promise<string[]> => (await readdir(place, { recursive: true })).sort();

test('is nothing where there is none', async () => {
  expect(await takeSpare(spare, to, new Map())).toBeUndefined();
  expect(await readdir(folder)).toEqual([]);
});

test('leaves the wanted files as they were built, and neither another file nor an empty folder', async () => {
  const kept = markOf(await write('spare/whole/servers/a/index.html', 'a'));
  await write('spare/whole/servers/b/index.html', 'of a server that is gone');
  await write('spare/whole/servers/b/compare/1/index.html', 'of a server that is gone');
  await write('spare/whole/tag/x/index.html', 'of a list');
  const before = markOf(await write('built/locks/c.json', 'as it was built'));
  await write('spare/whole/locks/c.json', 'touched since');
  symlinkSync(join(folder, 'built'), join(spare, 'linked'));
  const wanted = new Map([
    ['servers/a/index.html', kept],
    ['locks/c.json', before],
    ['locks/d.json', before],
    ['linked', markOf(join(folder, 'built'))],
  ]);
  expect(await takeSpare(spare, to, wanted)).toEqual(new Set(['servers/a/index.html']));
  expect(await below(to)).toEqual(['servers', 'servers/a', 'servers/a/index.html']);
  expect(await readdir(join(folder, 'spare'))).toEqual([]);
  // A link is taken away, and not what it leads to.
  expect(await below(join(folder, 'built'))).toEqual(['locks', 'locks/c.json']);
});

test.each([
  ['it', 'spare/whole', 'precious'],
  ['the folder above', 'spare', 'precious'],
])('empties nothing that a link in the place of %s leads to', async (_, link, target) => {
  await write('precious/whole/a.txt', 'precious');
  await write('precious/b.txt', 'precious');
  await mkdir(dirname(join(folder, link)), { recursive: true });
  symlinkSync(join(folder, target), join(folder, link));
  expect(await takeSpare(spare, to, new Map())).toBeUndefined();
  await write('old/index.html', 'old');
  await keepAsSpare(join(folder, 'old'), spare);
  expect(await takeSpare(spare, to, new Map())).toBeUndefined();
  expect(await readFile(join(folder, 'precious/whole/a.txt'), 'utf8')).toBe('precious');
  expect(await readFile(join(folder, 'precious/b.txt'), 'utf8')).toBe('precious');
});

test('takes away a name of a file that others have too, and leaves theirs', async () => {
  const published = await write('dist/search.json', 'published');
  await mkdir(spare, { recursive: true });
  linkSync(published, join(spare, 'search.json'));
  expect(await takeSpare(spare, to, new Map())).toEqual(new Set());
  expect(await readFile(published, 'utf8')).toBe('published');
});

test('keeps a folder for the next build, and removes it where there is one already', async () => {
  await write('old/index.html', 'old');
  await keepAsSpare(join(folder, 'old'), spare);
  expect(await below(spare)).toEqual(['index.html']);
  await write('older/older.html', 'older');
  await keepAsSpare(join(folder, 'older'), spare);
  expect(await below(spare)).toEqual(['index.html']);
  await keepAsSpare(join(folder, 'none'), spare);
  expect(await readdir(folder)).toEqual(['spare']);
});

test('removes a folder that cannot be kept, and is no fault of the build', async () => {
  await write('spare', 'a file');
  await write('old/index.html', 'old');
  await keepAsSpare(join(folder, 'old'), spare);
  expect(await readdir(folder)).toEqual(['spare']);
});
