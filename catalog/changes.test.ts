import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { reviewableJson } from '../core/canonical.ts';
import { gitRepository, type GitRepository } from '../test/support/git-repository.ts';
import { aLock, aPolicy, minimalYaml } from '../test/support/statements.ts';
import type { Lock } from '../schemas/types.ts';
import { readBase } from './base.ts';
import { checkChanges } from './change-rules.ts';
import { changedLocks, changesSince } from './changes.ts';
import type { Problem } from '../core/problem.ts';
import { knownVersions } from './history-rules.ts';
import { readRegistryFiles } from './registry-files.ts';
import { deletedManifest } from './wanted.ts';

const yamlFile = 'servers/internal-postgres.yaml';
const lockFile = 'servers/internal-postgres.lock.json';
let { root, git, write, commit }: GitRepository = await gitRepository();

const writeLock = (change: Partial<Lock> = {}): void => write(lockFile, reviewableJson(aLock(change)));

beforeEach(async () => {
  ({ root, git, write, commit } = await gitRepository());
  write(
    'registry.yaml',
    'name: Example\nurl: https://mcp.example.com\nid: mcp.example.com\nnamespace: com.example\nmain_branch: main\n',
  );
  write('policy.yaml', JSON.stringify(aPolicy()));
  write(yamlFile, minimalYaml());
  writeLock();
  commit();
});

/** What is wrong with the working tree as a change to the last commit, as `code message`. */
const found = async (): Promise<string[]> => (await foundProblems()).map(({ code, message }) => `${code} ${message}`);

async function foundProblems(): Promise<Problem[]> {
  const repository = await readRegistryFiles(root);
  return checkChanges(repository, await readBase(root, repository, 'HEAD'), new Date('2026-06-01T00:00:00Z'));
}

test('sees no change where there is none', async () => {
  await expect(changesSince(root, 'HEAD')).resolves.toEqual(new Map());
  expect(await found()).toEqual([]);
});

test('gives changed and deleted files as they were, and new ones without anything', async () => {
  write(yamlFile, 'x');
  rmSync(join(root, lockFile));
  write('servers/new.yaml', 'x');
  write('servers/staged.yaml', 'x');
  git('add', 'servers/staged.yaml');
  write('policy.yaml', 'x');
  write('registry.yaml', 'x');
  await expect(changesSince(root, 'HEAD')).resolves.toEqual(
    new Map([
      ['policy.yaml', Buffer.from(JSON.stringify(aPolicy()))],
      [lockFile, Buffer.from(reviewableJson(aLock()))],
      [yamlFile, Buffer.from(minimalYaml())],
      ['servers/staged.yaml', undefined],
      ['servers/new.yaml', undefined],
    ]),
  );
});

test('compares with any commit, and says what git says where there is none of that name', async () => {
  write(yamlFile, minimalYaml().replace('2026-04-15', '2026-05-15'));
  commit();
  await expect(changesSince(root, 'HEAD')).resolves.toEqual(new Map());
  await expect(changesSince(root, 'HEAD~1')).resolves.toEqual(new Map([[yamlFile, Buffer.from(minimalYaml())]]));
  await expect(changesSince(root, 'no-such-commit')).rejects.toMatchObject({ name: 'Failure', code: 'git' });
});

test('takes no notice of files that git ignores', async () => {
  write('.gitignore', '*.tmp\n');
  write('servers/x.tmp', 'x');
  await expect(changesSince(root, 'HEAD')).resolves.toEqual(new Map());
});

test.each([
  ['a description', minimalYaml().replace('finance', 'sales'), 'description'],
  ['a permission', minimalYaml("permissions: {network: ['*:*']}\n"), 'permissions'],
  ['what it reaches and the review', minimalYaml('backends: [x]\n').replace('2026-04-15', '2026-05-15'), 'backends'],
])('reports %s that changed under the same version', async (_, yaml, field) => {
  write(yamlFile, yaml);
  expect(await found()).toEqual([
    `same-version-changed ${field} changed, but internal-postgres is still version 1.2.0`,
  ]);
});

test('reports a change of the lock alone under the same version, at the version', async () => {
  writeLock({ resolvedAsOf: '2026-04-11T00:00:00Z' });
  expect(await foundProblems()).toEqual([
    {
      code: 'same-version-changed',
      file: yamlFile,
      line: 2,
      column: 10,
      message: 'the lock changed, but internal-postgres is still version 1.2.0',
      remedy: 'give it a new version, such as 1.2.0+1: what was approved under this one stays what it was',
    },
  ]);
});

test.each([
  ['a new review', minimalYaml().replace('2026-04-15', '2026-05-15')],
  ['other reviewers', minimalYaml().replace('security@', 'privacy@')],
  ['a lifecycle', minimalYaml("lifecycle: [{versions: '<1.2.0', state: revoked, since: 2026-05-01, reason: x}]\n")],
  ['a comment', `# checked\n${minimalYaml()}`],
])('accepts %s under the same version', async (_, yaml) => {
  write(yamlFile, yaml);
  expect(await found()).toEqual([]);
});

test('accepts any change with a new version', async () => {
  write(yamlFile, minimalYaml('backends: [x]\n').replace('version: 1.2.0', 'version: 1.3.0'));
  writeLock({ version: '1.3.0', resolvedAsOf: '2026-04-11T00:00:00Z' });
  expect(await found()).toEqual([]);
});

test('accepts a new server and a first lock', async () => {
  rmSync(join(root, lockFile));
  commit();
  writeLock();
  write('servers/warehouse.yaml', minimalYaml().replace('internal-postgres', 'warehouse'));
  expect(await found()).toEqual([]);
});

test('reports a deleted manifest whose version may still run', async () => {
  rmSync(join(root, yamlFile));
  expect(await found()).toEqual(['deleted-manifest the manifest was deleted, but 1.2.0 may still run']);
});

/** What is wrong by the history before the working tree, as `severity code message`. */
const foundInHistory = async (): Promise<string[]> => {
  const repository = await readRegistryFiles(root);
  const { problems } = await knownVersions(root, repository, await readBase(root, repository, 'HEAD'));
  return problems.map(({ severity, code, message }) => `${severity ?? 'error'} ${code} ${message}`);
};

test('warns, in the words of signing, of a manifest that was deleted before, for every version that may still run', async () => {
  write(yamlFile, minimalYaml().replace('version: 1.2.0', 'version: 1.3.0'));
  writeLock({ version: '1.3.0' });
  commit();
  expect(await foundInHistory()).toEqual([]);
  rmSync(join(root, yamlFile));
  rmSync(join(root, lockFile));
  expect(await foundInHistory()).toEqual([]);
  commit();
  write('servers/warehouse.yaml', minimalYaml().replace('internal-postgres', 'warehouse'));
  const { code, message } = deletedManifest('internal-postgres', ['1.2.0', '1.3.0']);
  expect(await foundInHistory()).toEqual([`warning ${code} ${message}`]);
  expect(await found()).toEqual([]);
});

test('says nothing of a manifest that was deleted before, once its versions were ended', async () => {
  write(yamlFile, minimalYaml("lifecycle: [{versions: '*', state: revoked, since: 2026-05-01, reason: x}]\n"));
  commit();
  rmSync(join(root, yamlFile));
  rmSync(join(root, lockFile));
  commit();
  expect(await foundInHistory()).toEqual([]);
});

test('takes a renamed manifest for a deleted one', async () => {
  rmSync(join(root, yamlFile));
  write('servers/warehouse.yaml', minimalYaml().replace('internal-postgres', 'warehouse'));
  expect(await found()).toEqual(['deleted-manifest the manifest was deleted, but 1.2.0 may still run']);
});

test.each([
  ['revoked', "'<=1.2.0'", true],
  ['withdrawn', '[1.2.0]', true],
  ['revoked', "'<1.2.0'", false],
  ['deprecated', "'*'", false],
])('accepts a deleted manifest whose version was %s as %s: %s', async (state, versions, accepted) => {
  write(yamlFile, minimalYaml(`lifecycle: [{versions: ${versions}, state: ${state}, since: 2026-05-01, reason: x}]\n`));
  commit();
  rmSync(join(root, yamlFile));
  rmSync(join(root, lockFile));
  expect(await found()).toHaveLength(accepted ? 0 : 1);
});

test('does not judge a manifest that is there and cannot be read: that is a problem of its own', async () => {
  write(yamlFile, 'name: [');
  expect(await found()).toEqual([]);
});

const locked = async (): Promise<string[]> =>
  changedLocks(await readRegistryFiles(root), await changesSince(root, 'HEAD')).map(({ name }) => name);

test('gives the servers whose lock is new or changed', async () => {
  write('servers/unlocked.yaml', minimalYaml().replace('internal-postgres', 'unlocked'));
  write(yamlFile, minimalYaml().replace('2026-04-15', '2026-05-15'));
  expect(await locked()).toEqual([]);
  writeLock({ resolvedAsOf: '2026-04-11T00:00:00Z' });
  write('servers/warehouse.yaml', minimalYaml().replace('internal-postgres', 'warehouse'));
  write('servers/warehouse.lock.json', reviewableJson(aLock({ name: 'warehouse' })));
  expect(await locked()).toEqual(['internal-postgres', 'warehouse']);
});

test('says loudly that the policy changes, though no server does', async () => {
  write('policy.yaml', JSON.stringify(aPolicy({ filesystem: { never: [] } })));
  expect(await found()).toEqual([expect.stringMatching(/^policy-changed /u)]);
});
