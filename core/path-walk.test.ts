import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../test/support/folder.ts';
import { walkPath } from './path-walk.ts';

const top = await temporaryFolder();
await mkdir(join(top, 'a/b'), { recursive: true });
await writeFile(join(top, 'a/b/file'), '');
await symlink('../b/file', join(top, 'a/b/relative'));
await symlink(join(top, 'a'), join(top, 'absolute'));
await symlink('b/..', join(top, 'a/up'));

const below = (path: string): string[] =>
  walkPath(path)
    .map((place) => place.path.slice(top.length))
    .filter((place) => place !== '' && place.startsWith('/'));

test('begins at the top of the file system and ends at the file', () => {
  const paths = walkPath(join(top, 'a/b/file')).map(({ path }) => path);
  expect(paths[0]).toBe('/');
  expect(paths.slice(-3)).toEqual([join(top, 'a'), join(top, 'a/b'), join(top, 'a/b/file')]);
});

test('passes each link, and everything on the path that it names', () => {
  expect(below(join(top, 'absolute/b/relative'))).toEqual([
    ...['/absolute', '/a', '/a/b', '/a/b/relative', '/a/b', '/a/b/file'],
  ]);
});

test('ends at the folder that a link leads up to', () => {
  const last = walkPath(join(top, 'a/up')).at(-1);
  expect(last).toMatchObject({ path: join(top, 'a') });
  expect(last?.found.isDirectory()).toBe(true);
});

test('passes each folder once, however the path is written', () => {
  expect(below(`${top}//a/./b/`)).toEqual(['/a', '/a/b']);
});

test('follows as many links as Linux does, and no more', async () => {
  await symlink(join(top, 'a'), join(top, 'link-1'));
  for (let link = 2; link <= 41; link++) await symlink(`link-${link - 1}`, join(top, `link-${link}`));
  expect(walkPath(join(top, 'link-40')).at(-1)?.path).toBe(join(top, 'a'));
  expect(() => walkPath(join(top, 'link-41'))).toThrow(expect.objectContaining({ code: 'ELOOP' }));
});

test('ends where a link leads in a circle', async () => {
  await symlink('circle', join(top, 'circle'));
  expect(() => walkPath(join(top, 'circle'))).toThrow(expect.objectContaining({ code: 'ELOOP' }));
});

test('throws where something is missing', () => {
  expect(() => walkPath(join(top, 'a/gone/file'))).toThrow(expect.objectContaining({ code: 'ENOENT' }));
});
