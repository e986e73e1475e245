import { execFile } from 'node:child_process';
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, expect, test } from 'vitest';
import { reviewableJson } from '../core/canonical.ts';
import { sha256 } from '../core/digest.ts';
import { inOrder } from '../core/problem.ts';
import { temporaryFolder } from '../test/support/folder.ts';
import { aLock, aPolicy, minimalYaml } from '../test/support/statements.ts';
import { readRegistryFiles } from './registry-files.ts';

const temporary = await temporaryFolder();
let root: string;
let count = 0;

const write = (path: string, content: string | Uint8Array): Promise<void> => writeFile(join(root, path), content);

beforeEach(async () => {
  root = join(temporary, String(count++));
  await mkdir(join(root, 'servers'), { recursive: true });
  await write(
    'registry.yaml',
    'name: Example\nurl: https://mcp.example.com\nid: mcp.example.com\nnamespace: com.example\nmain_branch: main\n',
  );
  await write('policy.yaml', JSON.stringify(aPolicy()));
  await write('servers/internal-postgres.yaml', minimalYaml());
  await write('servers/internal-postgres.lock.json', reviewableJson(aLock()));
});

const found = async (): Promise<string[]> =>
  inOrder((await readRegistryFiles(root)).problems).map(({ code, file, line }) => `${file} ${code} ${line ?? '-'}`);

test('reads who the registry is, its policy and every server', async () => {
  const { registry, policy, servers, names, problems } = await readRegistryFiles(root);
  expect(problems).toEqual([]);
  expect(registry?.value).toMatchObject({ id: 'mcp.example.com', main_branch: 'main' });
  expect(policy).toMatchObject({ value: aPolicy(), sha256: sha256(await readFile(join(root, 'policy.yaml'))) });
  expect([...names]).toEqual(['internal-postgres']);
  expect(servers).toMatchObject([
    {
      name: 'internal-postgres',
      manifestBytes: Buffer.from(minimalYaml()),
      lock: { file: 'servers/internal-postgres.lock.json', value: aLock() },
    },
  ]);
});

test('finds a view that is sent where another one is', async () => {
  const registry = await readFile(join(root, 'registry.yaml'), 'utf8');
  const views = 'views:\n  - { audience: [a], to: s3://one }\n  - { audience: [b], to: s3://one/b }\n';
  await write('registry.yaml', registry + views);
  expect(await found()).toEqual(['registry.yaml view-in-view 8']);
});

test('gives servers sorted by name, whatever the order in the folder', async () => {
  for (const name of ['zoo', 'alpha', 'middle'])
    await write(`servers/${name}.yaml`, minimalYaml().replace('internal-postgres', name));
  const { servers } = await readRegistryFiles(root);
  expect(servers.map(({ name }) => name)).toEqual(['alpha', 'internal-postgres', 'middle', 'zoo']);
});

test.each([
  '.DS_Store',
  '._internal-postgres.yaml',
  '.#new.yaml',
  '#new.yaml#',
  'new.yaml~',
  '.new.yaml.swp',
  'Thumbs.db',
])('passes over %s, which a system or an editor leaves behind', async (file) => {
  await write(`servers/${file}`, 'x');
  expect(await found()).toEqual([]);
  expect((await readRegistryFiles(root)).names.size).toBe(1);
});

test('passes over what git ignores, and nothing else', async () => {
  await promisify(execFile)('git', ['-C', root, 'init', '--quiet']);
  await write('.gitignore', '*.orig\n');
  await write('servers/new.yaml.orig', 'x');
  await write('servers/new.yaml.other', 'x');
  expect(await found()).toEqual(['servers/new.yaml.other stray-file -']);
});

test('is content with a registry without servers', async () => {
  await rm(join(root, 'servers'), { recursive: true });
  expect(await readRegistryFiles(root)).toMatchObject({ servers: [], problems: [] });
});

test.each(['registry.yaml', 'policy.yaml'])('says that a folder without %s is no registry', async (file) => {
  await rm(join(root, file));
  await expect(readRegistryFiles(root)).rejects.toMatchObject({
    name: 'UsageError',
    message: `there is no ${file} in ${root}`,
  });
});

test('reports what is wrong with every file at once', async () => {
  await write('registry.yaml', 'name: Example\n');
  await write('policy.yaml', 'data_classes: {}\n');
  await write('servers/internal-postgres.yaml', minimalYaml('extra: 1\n'));
  await write('servers/internal-postgres.lock.json', '{}');
  const files = (await readRegistryFiles(root)).problems.map(({ file }) => file);
  expect(new Set(files)).toEqual(
    new Set(['registry.yaml', 'policy.yaml', 'servers/internal-postgres.yaml', 'servers/internal-postgres.lock.json']),
  );
  const { registry, policy, servers, names } = await readRegistryFiles(root);
  expect({ registry, policy, servers }).toEqual({ registry: undefined, policy: undefined, servers: [] });
  expect(names.has('internal-postgres')).toBe(true);
});

test('reports a lock without its manifest', async () => {
  await rm(join(root, 'servers/internal-postgres.yaml'));
  expect(await found()).toEqual(['servers/internal-postgres.lock.json orphan-lock -']);
});

test('finds no orphan in the lock of a manifest that cannot be read', async () => {
  await write('servers/internal-postgres.yaml', minimalYaml('extra: 1\n'));
  expect(await found()).toEqual(['servers/internal-postgres.yaml unknown-field 14']);
});

test.each([
  ['README.md', 'move it elsewhere'],
  ['warehouse.yml', 'rename it to warehouse.yaml'],
  ['warehouse.json', 'move it elsewhere'],
  ['.yaml', 'move it elsewhere'],
])('reports the stray file %s', async (file, remedy) => {
  await write(`servers/${file}`, 'x');
  expect((await readRegistryFiles(root)).problems).toEqual([
    {
      code: 'stray-file',
      file: `servers/${file}`,
      message: 'only <name>.yaml and <name>.lock.json belong in servers/',
      remedy,
    },
  ]);
});

test('reports a stray folder', async () => {
  await mkdir(join(root, 'servers/old'));
  expect(await found()).toEqual(['servers/old stray-file -']);
});

test.each(['servers/internal-postgres.yaml', 'servers/internal-postgres.lock.json', 'policy.yaml'])(
  'does not follow a link in the place of %s, nor read a folder',
  async (file) => {
    const elsewhere = join(temporary, `elsewhere-${count}`);
    await rename(join(root, file), elsewhere);
    await symlink(elsewhere, join(root, file));
    expect(await found()).toEqual([`${file} no-plain-file -`]);
    await rm(join(root, file));
    await mkdir(join(root, file));
    expect(await found()).toEqual([`${file} no-plain-file -`]);
  },
);

test('gives a server without a lock, and no lock of it', async () => {
  await rm(join(root, 'servers/internal-postgres.lock.json'));
  const { servers, problems } = await readRegistryFiles(root);
  expect(problems).toEqual([]);
  expect(servers).toMatchObject([{ hasLockFile: false }]);
  expect(servers[0]).not.toHaveProperty('lock');
});

test.each<[string, string | Uint8Array, string]>([
  ['is no JSON', '{', 'lock-unreadable'],
  ['is of a later version', JSON.stringify({ ...aLock(), schemaVersion: 2 }), 'lock-unreadable'],
  ['was edited in a way that changes nothing', JSON.stringify(aLock()), 'lock-edited'],
  [
    'has a key twice',
    Buffer.from(reviewableJson(aLock())).toString('utf8').replace('{', '{"name":"x",'),
    'lock-unreadable',
  ],
  ['contradicts itself', reviewableJson({ ...aLock(), instructions: ['b'.repeat(64), 'a'.repeat(64)] }), 'lock-order'],
])('reports a lock that %s', async (_, content, code) => {
  await write('servers/internal-postgres.lock.json', content);
  expect(await found()).toEqual([`servers/internal-postgres.lock.json ${code} -`]);
});

test('gives a lock that was edited, and of one that cannot be read only that it is there', async () => {
  await write('servers/internal-postgres.lock.json', JSON.stringify(aLock()));
  expect((await readRegistryFiles(root)).servers).toMatchObject([{ hasLockFile: true, lock: { value: aLock() } }]);
  await write('servers/internal-postgres.lock.json', '{');
  const { servers } = await readRegistryFiles(root);
  expect(servers).toMatchObject([{ hasLockFile: true }]);
  expect(servers[0]).not.toHaveProperty('lock');
});
