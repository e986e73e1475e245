import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach, expect, test } from 'vitest';
import { reviewableJson } from '../core/canonical.ts';
import { sha256 } from '../core/digest.ts';
import { temporaryFolder } from '../test/support/folder.ts';
import { aLock, minimalYaml } from '../test/support/statements.ts';
import { isTracked } from './git.ts';
import { readHistory } from './history.ts';
import { readBlobsOf } from './objects/read-blobs.ts';

const temporary = await temporaryFolder();
let root: string;
let count = 0;

/** No configuration of this machine or account, and always the same day. */
const environment = {
  ...process.env,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: join(temporary, 'no-such-file'),
  GIT_AUTHOR_NAME: 'A',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_COMMITTER_NAME: 'A',
  GIT_COMMITTER_EMAIL: 'a@example.com',
  GIT_AUTHOR_DATE: '2026-04-16T10:00:00Z',
  GIT_COMMITTER_DATE: '2026-04-16T10:00:00Z',
};

const git = (...words: string[]): string =>
  execFileSync('git', ['-C', root, ...words], {
    encoding: 'utf8',
    env: environment,
    stdio: ['ignore', 'pipe', 'ignore'],
  });

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), content);
}

/** Writes both files of a server in a version. */
function writeServer(version: string, name = 'internal-postgres'): void {
  const yaml = minimalYaml().replace('internal-postgres', name).replace('version: 1.2.0', `version: ${version}`);
  write(`servers/${name}.yaml`, yaml);
  write(`servers/${name}.lock.json`, reviewableJson(aLock({ name, version })));
}

function commit(message = 'change'): string {
  git('add', '--all');
  git('commit', '--quiet', '--message', message);
  return git('rev-parse', 'HEAD').trim();
}

beforeEach(() => {
  root = join(temporary, String(count++));
  mkdirSync(root);
  git('init', '--quiet', '--initial-branch', 'main');
  write('registry.yaml', 'name: Example\n');
});

/** The versions of a server, the oldest first. */
const versions = async (name = 'internal-postgres'): Promise<(string | undefined)[]> =>
  ((await readHistory(root)).get(name) ?? []).map(({ manifest }) => manifest?.version);

test('gives every version of a server, the oldest first, with its bytes and its commit', async () => {
  writeServer('1.1.0');
  const first = commit();
  writeServer('1.2.0');
  const second = commit();
  const history = await readHistory(root);
  expect([...history.keys()]).toEqual(['internal-postgres']);
  const past = history.get('internal-postgres') ?? [];
  expect(past.map(({ commit: each, manifest }) => [each, manifest?.version])).toEqual([
    [first, '1.1.0'],
    [second, '1.2.0'],
  ]);
  const manifestBytes = Buffer.from(minimalYaml());
  const lockBytes = Buffer.from(reviewableJson(aLock()));
  expect(past[1]).toMatchObject({
    name: 'internal-postgres',
    manifestDigest: sha256(manifestBytes),
    lockDigest: sha256(lockBytes),
    lockVersion: '1.2.0',
  });
});

test('gives one state for a commit that changed both files, and one for each that changed one', async () => {
  writeServer('1.2.0');
  commit();
  write('servers/internal-postgres.yaml', minimalYaml().replace('2026-04-15', '2026-05-15'));
  commit();
  write('registry.yaml', 'name: Other\n');
  commit();
  const past = (await readHistory(root)).get('internal-postgres') ?? [];
  expect(past.map(({ manifest }) => manifest?.reviewed_at)).toEqual(['2026-04-15', '2026-05-15']);
  expect(past[0]?.lockDigest).toBe(past[1]?.lockDigest);
});

test('gives a manifest only from when its lock is there', async () => {
  write('servers/internal-postgres.yaml', minimalYaml());
  commit();
  expect(await versions()).toEqual([]);
  writeServer('1.2.0');
  const locked = commit();
  const past = (await readHistory(root)).get('internal-postgres') ?? [];
  expect(past.map(({ commit: each }) => each)).toEqual([locked]);
});

test('follows the first parent: of a branch that was merged, it sees what the merge brought', async () => {
  writeServer('1.0.0');
  commit();
  git('checkout', '--quiet', '-b', 'change');
  writeServer('1.1.0-draft');
  commit();
  writeServer('1.1.0');
  commit();
  git('checkout', '--quiet', 'main');
  writeServer('0.1.0', 'warehouse');
  commit();
  git('merge', '--quiet', '--no-ff', '--message', 'merge', 'change');
  const merge = git('rev-parse', 'HEAD').trim();
  expect(await versions()).toEqual(['1.0.0', '1.1.0']);
  expect((await readHistory(root)).get('internal-postgres')?.[1]?.commit).toBe(merge);
  expect(await versions('warehouse')).toEqual(['0.1.0']);
});

test('orders by the main line, not by the day on the commit', async () => {
  writeServer('1.0.0');
  commit();
  writeServer('2.0.0');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'x', '--date', '2001-01-01T00:00:00Z');
  writeServer('1.5.0');
  commit();
  expect(await versions()).toEqual(['1.0.0', '2.0.0', '1.5.0']);
});

test('keeps what a deleted server was', async () => {
  writeServer('1.2.0');
  commit();
  rmSync(join(root, 'servers'), { recursive: true });
  commit();
  expect(await versions()).toEqual(['1.2.0']);
});

test('gives a server again that comes back', async () => {
  writeServer('1.0.0');
  commit();
  rmSync(join(root, 'servers/internal-postgres.yaml'));
  commit();
  write('servers/internal-postgres.yaml', minimalYaml().replace('version: 1.2.0', 'version: 2.0.0'));
  commit();
  expect(await versions()).toEqual(['1.0.0', '2.0.0']);
});

test('takes a renamed server for another one', async () => {
  writeServer('1.2.0');
  commit();
  git('mv', 'servers/internal-postgres.yaml', 'servers/warehouse.yaml');
  git('mv', 'servers/internal-postgres.lock.json', 'servers/warehouse.lock.json');
  commit();
  const history = await readHistory(root);
  expect([...history.keys()]).toEqual(['internal-postgres', 'warehouse']);
});

test('keeps the bytes of what today cannot be read, without a manifest or a lock', async () => {
  write('servers/internal-postgres.yaml', minimalYaml('colour: green\n'));
  write('servers/internal-postgres.lock.json', '{}');
  commit();
  const [past] = (await readHistory(root)).get('internal-postgres') ?? [];
  expect(past).not.toHaveProperty('manifest');
  expect(past).not.toHaveProperty('lock');
  expect(past?.manifestDigest).toBe(sha256(minimalYaml('colour: green\n')));
});

test('takes no notice of other files, and of what is not committed', async () => {
  writeServer('1.2.0');
  write('servers/README.md', 'x');
  write('servers/deep/warehouse.yaml', minimalYaml());
  commit();
  writeServer('1.3.0');
  git('add', '--all');
  const history = await readHistory(root);
  expect([...history.keys()]).toEqual(['internal-postgres']);
  expect(await versions()).toEqual(['1.2.0']);
});

test('reads a file that is empty or has no newline at its end', async () => {
  write('servers/internal-postgres.yaml', '');
  write('servers/internal-postgres.lock.json', 'x');
  commit();
  const [past] = (await readHistory(root)).get('internal-postgres') ?? [];
  expect(past).toMatchObject({ manifestDigest: sha256(Buffer.alloc(0)), lockDigest: sha256(Buffer.from('x')) });
});

test('works in a registry that is a folder of a larger repository', async () => {
  const top = root;
  root = join(top, 'registry');
  write('registry.yaml', 'name: Example\n');
  writeServer('1.2.0');
  root = top;
  commit();
  root = join(top, 'registry');
  expect(await versions()).toEqual(['1.2.0']);
  await expect(isTracked(root)).resolves.toBe(true);
});

test('refuses a shallow clone: it does not know what was approved before', async () => {
  writeServer('1.1.0');
  commit();
  writeServer('1.2.0');
  commit();
  const clone = `${root}-clone`;
  git('clone', '--quiet', '--depth', '1', pathToFileURL(root).href, clone);
  await expect(readHistory(clone)).rejects.toMatchObject({
    name: 'Failure',
    code: 'shallow-clone',
    remedy: 'run `git fetch --unshallow`',
  });
});

test('says what git says where there is no repository', async () => {
  rmSync(join(root, '.git'), { recursive: true });
  await expect(readHistory(root)).rejects.toMatchObject({ name: 'Failure', code: 'git' });
  await expect(isTracked(root)).resolves.toBe(false);
});

// Only root can give a folder away.
test.runIf(process.geteuid?.() === 0)('says what to do where the clone belongs to another account', async () => {
  commit();
  chownSync(root, 61_001, 61_001);
  const failure = { name: 'Failure', code: 'git', remedy: expect.stringContaining(`safe.directory '${root}'`) };
  await expect(isTracked(root)).rejects.toMatchObject(failure);
  await expect(readHistory(root)).rejects.toMatchObject(failure);
});

test("knows a registry from a folder that only lies in somebody's repository", async () => {
  await expect(isTracked(root)).resolves.toBe(false);
  commit();
  await expect(isTracked(root)).resolves.toBe(true);
  const inside = join(root, 'tmp', 'registry');
  mkdirSync(inside, { recursive: true });
  writeFileSync(join(inside, 'registry.yaml'), 'name: Example\n');
  await expect(isTracked(inside)).resolves.toBe(false);
  await expect(isTracked(join(root, 'nowhere'))).resolves.toBe(false);
});

test('reads many objects in one go, and says which one is missing', async () => {
  const contents = Array.from({ length: 50 }, (_, index) => `${index}\n`.repeat(index * 7));
  for (const [index, content] of contents.entries()) write(`servers/file-${index}`, content);
  commit();
  const ids = contents.map((_, index) => git('rev-parse', `HEAD:servers/file-${index}`).trim());
  const objects = await readBlobsOf(root, ids);
  expect(ids.map((id) => objects.get(id)?.toString('utf8'))).toEqual(contents);
  await expect(readBlobsOf(root, ['0123456789'.repeat(4)])).rejects.toMatchObject({
    code: 'git',
    message: `git has no blob ${'0123456789'.repeat(4)}`,
  });
  await expect(readBlobsOf(root, [])).resolves.toEqual(new Map());
});
