import { partAt } from '../artefacts/npm/parts.ts';
import { execFileSync } from 'node:child_process';
import { chmod, chown, mkdir, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../test/support/folder.ts';
import { packedPackage } from '../test/support/tarballs.ts';
import { checkInstalledTree, checkNothingAround, type InstalledTree } from './installed-tree.ts';

const temporary = await temporaryFolder();
let root: string;
let count = 0;

const files = {
  'node_modules/@example/server': { 'package.json': '{}', 'dist/index.js': 'run();\n' },
  'node_modules/zod': { 'index.js': 'export {};\n' },
  'node_modules/zod/node_modules/tiny': { 'index.js': '1\n' },
} as const;

const parts = Object.entries(files).map(([path, content]) =>
  partAt(path, packedPackage('any', '1.0.0', content).locked),
);

beforeEach(async () => {
  root = join(temporary, String(count++), 'tree');
  for (const [folder, content] of Object.entries(files))
    for (const [path, text] of Object.entries(content)) await add(`${folder}/${path}`, text);
  await add('executables.json', '[]');
  await add('executables.json', '[]');
});

async function add(path: string, text = 'x'): Promise<void> {
  await mkdir(join(root, path, '..'), { recursive: true });
  await writeFile(join(root, path), text);
}

const check = (): InstalledTree => checkInstalledTree(root, parts);

const refused = (message: string): unknown =>
  expect.objectContaining({ name: 'Refusal', code: 'E_TREE', message: expect.stringContaining(message) });

test('accepts what was installed, and returns every file of it', () => {
  const paths = Object.entries(files).flatMap(([folder, content]) =>
    Object.keys(content).map((path) => `${folder}/${path}`),
  );
  const tree = checkInstalledTree(root, parts);
  expect(tree.root).toBe(root);
  expect([...tree.files].sort()).toEqual(paths.sort());
});

const readAtOnce = 1024 * 1024;

test.each([readAtOnce - 1, readAtOnce, readAtOnce + 1, 2 * readAtOnce, 2 * readAtOnce + 5])(
  'accepts a file of %i bytes, and refuses it with another byte at any place, one more or one less',
  async (length) => {
    const content = { 'index.js': 'x'.repeat(length) };
    const { locked } = packedPackage('large', '1.0.0', content);
    const all = [...parts, partAt('node_modules/large', locked)];
    const put = (text: string): Promise<void> => add('node_modules/large/index.js', text);
    await put(content['index.js']);
    expect(() => checkInstalledTree(root, all)).not.toThrow();
    const changed = [0, readAtOnce - 2, readAtOnce, length - 1]
      .filter((at) => at < length)
      .map((at) => `${'x'.repeat(at)}y${'x'.repeat(length - at - 1)}`);
    for (const text of [...changed, 'x'.repeat(length - 1), 'x'.repeat(length + 1), 'x'.repeat(length + readAtOnce)]) {
      await put(text);
      expect(() => checkInstalledTree(root, all)).toThrow(refused('node_modules/large has the tree'));
    }
  },
);

test.each([
  ['names a file that is not executable', '["node_modules/zod/index.js"]'],
  ['is written in another way', '[ ]'],
  ['is empty', ''],
])('finds a list of executables that %s', async (_, text) => {
  await add('executables.json', text);
  expect(check).toThrow(refused('executables.json does not say which files are executable'));
});

test('wants the list of executables, and takes no link for it', async () => {
  await rename(join(root, 'executables.json'), join(root, '../executables.json'));
  expect(check).toThrow(refused('executables.json'));
  await symlink('../executables.json', join(root, 'executables.json'));
  expect(check).toThrow(refused('executables.json does not belong there'));
});

test.each(Object.entries(files).flatMap(([folder, content]) => Object.keys(content).map((path) => [folder, path])))(
  'finds one flipped bit in %s/%s',
  async (folder, path) => {
    const file = join(root, folder, path);
    const bytes = await readFile(file);
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    await writeFile(file, bytes);
    expect(check).toThrow(refused(`${folder} has the tree `));
  },
);

test.each<[string, () => Promise<void>, string]>([
  ['a file more in a package', () => add('node_modules/zod/evil.js'), 'node_modules/zod has the tree'],
  ['an empty file more', () => add('node_modules/zod/empty', ''), 'node_modules/zod has the tree'],
  ['a hidden file more', () => add('node_modules/zod/.hidden'), 'node_modules/zod has the tree'],
  ['a file less', () => rm(join(root, 'node_modules/zod/index.js')), 'node_modules/zod has the tree'],
  ['a package less', () => rm(join(root, 'node_modules/zod/node_modules'), { recursive: true }), 'tiny has the tree'],
  ['a folder with a file more', () => add('node_modules/zod/lib/evil.js'), 'node_modules/zod has the tree'],
  [
    'a file in another place of the same package',
    () => rename(join(root, 'node_modules/zod/index.js'), join(root, 'node_modules/zod/main.js')),
    'node_modules/zod has the tree',
  ],
  [
    'a file that became executable',
    () => chmod(join(root, 'node_modules/zod/index.js'), 0o755),
    'node_modules/zod has the tree',
  ],
  [
    'a file that became executable and is listed as such',
    async () => {
      await chmod(join(root, 'node_modules/zod/index.js'), 0o755);
      await add('executables.json', '["node_modules/zod/index.js"]');
    },
    'node_modules/zod has the tree',
  ],
  [
    'a package that nobody approved',
    () => add('node_modules/evil/index.js'),
    'node_modules/evil/index.js does not belong there',
  ],
  ['one inside a package', () => add('node_modules/zod/node_modules/evil/index.js'), 'node_modules/zod has the tree'],
  [
    'one inside a scope',
    () => add('node_modules/@example/evil/index.js'),
    'node_modules/@example/evil/index.js does not belong there',
  ],
  ['a file beside the packages', () => add('node_modules/evil.js'), 'node_modules/evil.js does not belong there'],
  ['a file above them', () => add('package.json', '{"type":"module"}'), 'package.json does not belong there'],
  [
    'a link in the place of a file',
    async () => {
      await rename(join(root, 'node_modules/zod/index.js'), join(root, '../index.js'));
      await symlink('../../../index.js', join(root, 'node_modules/zod/index.js'));
    },
    'node_modules/zod/index.js does not belong there',
  ],
  [
    'a link in the place of a package',
    async () => {
      await rename(join(root, 'node_modules/zod'), join(root, '../zod'));
      await symlink('../../zod', join(root, 'node_modules/zod'));
    },
    'node_modules/zod does not belong there',
  ],
  [
    'a link that leads nowhere',
    () => symlink('/nowhere', join(root, 'node_modules/x')),
    'node_modules/x does not belong there',
  ],
])('finds %s', async (_, change, message) => {
  await change();
  expect(check).toThrow(refused(message));
});

test('takes a package of another platform for one that nobody approved', async () => {
  await add('node_modules/windows-only/a.exe');
  expect(check).toThrow(refused('node_modules/windows-only/a.exe does not belong there'));
});

test.each<[string, () => Promise<unknown>, string]>([
  [
    'a file whose name is not UTF-8',
    () => writeFile(Buffer.concat([Buffer.from(join(root, 'node_modules/zod/')), Buffer.from([0x66, 0xff])]), 'x'),
    'cannot be read (ENOENT)',
  ],
  [
    'a folder whose name is not UTF-8',
    () => mkdir(Buffer.concat([Buffer.from(join(root, 'node_modules/zod/')), Buffer.from([0x66, 0xff])])),
    'cannot be read (ENOENT)',
  ],
  [
    'a folder in the place of a file',
    async () => {
      await rm(join(root, 'node_modules/zod/index.js'));
      await mkdir(join(root, 'node_modules/zod/index.js'));
    },
    'node_modules/zod has the tree',
  ],
  [
    'a folder in the place of the list of executables',
    async () => {
      await rm(join(root, 'executables.json'));
      await mkdir(join(root, 'executables.json'));
    },
    'executables.json does not say',
  ],
  [
    'a file in the place of a package',
    async () => {
      await rm(join(root, 'node_modules/zod'), { recursive: true });
      await writeFile(join(root, 'node_modules/zod'), 'x');
    },
    'node_modules/zod does not belong there',
  ],
  [
    'a file in the place of the whole tree',
    async () => {
      await rm(root, { recursive: true });
      await writeFile(root, 'x');
    },
    'cannot be read (ENOTDIR)',
  ],
  ['a pipe', async () => execFileSync('mkfifo', [join(root, 'node_modules/zod/pipe')]), 'pipe does not belong there'],
  [
    'a file larger than any package',
    () => truncate(join(root, 'node_modules/zod/index.js'), 1_500_000_000),
    'is no regular file of at most',
  ],
])('refuses %s, and reads no further', async (_, change, message) => {
  await change();
  expect(check).toThrow(refused(message));
});

test.each([
  ['a file that its group can write', 'node_modules/zod/index.js', 0o664],
  ['a file that everybody can write', 'node_modules/zod/index.js', 0o646],
  ['a file with the setuid bit', 'node_modules/zod/index.js', 0o4644],
  ['the list of executables', 'executables.json', 0o666],
  ['a folder that its group can write', 'node_modules/zod', 0o775],
  ['a folder with the sticky bit that everybody can write', 'node_modules', 0o1777],
  ['the whole tree', '', 0o777],
])('refuses %s: another account could change it after the check', async (_, path, mode) => {
  await chmod(join(root, path), mode);
  expect(check).toThrow(
    expect.objectContaining({ code: 'E_STORE', message: expect.stringContaining(join(root, path)) }),
  );
});

test.skipIf(process.geteuid?.() !== 0)('refuses a file or a folder of another account (needs root)', async () => {
  for (const path of ['node_modules/zod/index.js', 'node_modules']) {
    await chown(join(root, path), 61_001, 61_001);
    expect(check).toThrow(
      expect.objectContaining({ code: 'E_STORE', message: expect.stringContaining('belongs to the user 61001') }),
    );
    await chown(join(root, path), 0, 0);
  }
  expect(check).not.toThrow();
});

test('says where the tree is and what to do', () => {
  expect(() => checkInstalledTree(root, [])).toThrow(refused(`the files in ${root} are not the approved ones`));
});

const home = (): string => join(root, '..', 'home');

test('finds nothing around a tree that stands alone', () => {
  expect(() => checkNothingAround(root, [home()])).not.toThrow();
});

test.each([
  ['a node_modules beside the tree', '../node_modules'],
  ['a file of that name', '../node_modules/../node_modules'],
  ['a node_modules further up', '../../node_modules'],
  ["the account's .node_modules", '../home/.node_modules'],
  ["the account's .node_libraries", '../home/.node_libraries'],
])('refuses %s: Node would load from it', async (_, path) => {
  await mkdir(join(root, path), { recursive: true });
  expect(() => checkNothingAround(root, [home()])).toThrow(
    expect.objectContaining({ code: 'E_AMBIENT_CODE', message: expect.stringContaining(`${join(root, path)} exists`) }),
  );
  await rm(join(root, path), { recursive: true });
});

test('refuses a link of that name too, wherever it leads', async () => {
  const link = join(root, '../node_modules');
  await symlink('/nowhere', link);
  expect(() => checkNothingAround(root, [home()])).toThrow(expect.objectContaining({ code: 'E_AMBIENT_CODE' }));
  await rm(link);
});
