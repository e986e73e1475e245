import { beforeEach, expect, test } from 'vitest';
import { reviewableJson } from '../core/canonical.ts';
import { sha256 } from '../core/digest.ts';
import { maxBlobBytes } from '../core/limits.ts';
import { gitRepository, type GitRepository } from '../test/support/git-repository.ts';
import { aLock, minimalYaml } from '../test/support/statements.ts';
import { cloneSource } from './clone-source.ts';
import { currentInCommit, currentInFolder } from './current.ts';
import { FileIndex } from './file-index.ts';
import { readHistory } from './history.ts';

let repository: GitRepository;
let root: string;

const write: GitRepository['write'] = (path, content) => repository.write(path, content);
const commit = (): string => repository.commit();

const yamlOf = (name: string): string => minimalYaml().replaceAll('internal-postgres', name);

function writeServer(name: string): void {
  write(`servers/${name}.yaml`, yamlOf(name));
  write(`servers/${name}.lock.json`, reviewableJson(aLock({ name })));
}

beforeEach(async () => {
  repository = await gitRepository();
  root = repository.root;
  write('registry.yaml', 'name: T\nurl: https://mcp.example.com\nid: mcp.example.com\nnamespace: com.example\n');
  write('policy.yaml', 'x: 1\n');
});

/** Without what differs by where the files are read from. */
const plain = ({ servers }: Awaited<ReturnType<typeof currentInFolder>>): unknown =>
  servers.map(({ name, manifest, manifestDigest, hasLockFile, lock }) => [
    ...[name, manifest.value, manifestDigest],
    ...[hasLockFile, lock],
  ]);

test('is the same of a commit, of a folder, and of what is known already', async () => {
  for (const name of ['internal-postgres', 'warehouse', 'reports']) writeServer(name);
  write('servers/unlocked.yaml', yamlOf('unlocked'));
  const id = commit();
  const index = new FileIndex('this program');
  const read = await currentInCommit(await cloneSource(root), id, index);
  const known = await currentInCommit(await cloneSource(root), id, FileIndex.from(index.toBytes(), 'this program'));
  const inFolder = await currentInFolder(root);
  expect(read.servers.map(({ name }) => name)).toEqual(['internal-postgres', 'reports', 'unlocked', 'warehouse']);
  expect(plain(known)).toEqual(plain(read));
  expect(plain(inFolder)).toEqual(plain(read));
  expect(known.problems).toEqual(read.problems);
  expect(inFolder.problems).toEqual(read.problems);
});

test('says what is wrong with a server in every run', async () => {
  writeServer('internal-postgres');
  write('servers/internal-postgres.yaml', minimalYaml().replace('version: 1.2.0', 'version: 1.3.0'));
  write('servers/broken.yaml', '[');
  const id = commit();
  const index = new FileIndex('this program');
  const first = await currentInCommit(await cloneSource(root), id, index);
  const second = await currentInCommit(await cloneSource(root), id, FileIndex.from(index.toBytes(), 'this program'));
  expect(first.problems.map(({ code }) => code)).toEqual(expect.arrayContaining(['lock-mismatch']));
  expect(second.problems).toEqual(first.problems);
  expect(second.names).toEqual(new Set(['broken', 'internal-postgres']));
});

test('reads the files of a commit in full when asked, whatever stands in the working tree', async () => {
  writeServer('internal-postgres');
  const index = new FileIndex('this program');
  const id = commit();
  write('servers/internal-postgres.yaml', 'name: another\n');
  for (const each of [index, index]) {
    const [server] = (await currentInCommit(await cloneSource(root), id, each)).servers;
    const files = await server?.read();
    expect(files?.manifestBytes).toEqual(Buffer.from(minimalYaml()));
    expect(sha256(files?.lock?.bytes ?? Buffer.alloc(0))).toBe(server?.lock?.sha256);
  }
});

test('refuses to mix two states of a working tree', async () => {
  writeServer('internal-postgres');
  const [server] = (await currentInFolder(root)).servers;
  write('servers/internal-postgres.yaml', yamlOf('internal-postgres').replace('2026-04-15', '2026-04-16'));
  await expect(async () => server?.read()).rejects.toMatchObject({ code: 'changed-meanwhile' });
});

test('takes a file that is too long to be read for the fault of its server', async () => {
  writeServer('internal-postgres');
  writeServer('warehouse');
  write('servers/warehouse.lock.json', Buffer.alloc(maxBlobBytes + 1));
  const id = commit();
  const { servers, problems } = await currentInCommit(await cloneSource(root), id, new FileIndex('this program'));
  expect(servers.map(({ name, lock }) => [name, lock !== undefined])).toEqual([
    ['internal-postgres', true],
    ['warehouse', false],
  ]);
  const own = problems.filter(({ file }) => file.startsWith('servers/'));
  expect(own.map(({ code, file }) => [code, file])).toEqual([['lock-unreadable', 'servers/warehouse.lock.json']]);
  expect([...(await readHistory(root)).keys()].sort()).toEqual(['internal-postgres', 'warehouse']);
});
