import { mkdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folder.ts';
import { commandIn, findPlace, packageIn, programIn } from './place.ts';

let root: string;
let link: string;
/** A file of the program, in the folder of that name. */
async function install(name: string): Promise<string> {
  const folder = join(root, name);
  const file = join(packageIn(folder), 'dist/countersign.js');
  for (const each of [file, programIn(folder)]) {
    await mkdir(dirname(each), { recursive: true });
    await writeFile(each, '');
  }
  await mkdir(dirname(commandIn(folder)), { recursive: true });
  await symlink('../countersign/bin/countersign.js', commandIn(folder));
  return file;
}

beforeEach(async () => {
  root = join(await realpath(await temporaryFolder()), 'opt');
  link = join(dirname(root), 'countersign');
});

test('finds the folder of versions, and the link that was called', async () => {
  const file = await install('0.1.0');
  await symlink(commandIn(join(root, '0.1.0')), link);
  expect(findPlace(file, link, '0.1.0')).toEqual({ root, folder: join(root, '0.1.0'), link });
});

test.each([
  ['of another version', '0.2.0'],
  ['of a project', 'project'],
])('refuses a folder %s', async (_, name) => {
  const file = await install(name);
  await symlink(commandIn(join(root, name)), link);
  expect(() => findPlace(file, link, '0.1.0')).toThrow(expect.objectContaining({ code: 'other-layout' }));
});

test('refuses a clone', () => {
  expect(() => findPlace(import.meta.filename, link, '0.1.0')).toThrow(
    expect.objectContaining({ code: 'other-layout', remedy: expect.stringContaining('docs/hosts.md') as unknown }),
  );
});

test('refuses to guess which link leads to it', async () => {
  const file = await install('0.1.0');
  await install('0.2.0');
  const folder = join(root, '0.1.0');
  await symlink(commandIn(join(root, '0.2.0')), link);
  for (const called of [undefined, programIn(folder), commandIn(folder), link, join(root, 'none')])
    expect(() => findPlace(file, called, '0.1.0')).toThrow(expect.objectContaining({ code: 'no-link' }));
});
