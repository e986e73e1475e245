import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { reviewableJson } from '../core/canonical.ts';
import { gitRepository, type GitRepository } from '../test/support/git-repository.ts';
import { aLock, aManifest, aPolicy, minimalYaml } from '../test/support/statements.ts';
import { changedServers, readBase, type Base } from './base.ts';
import { readRegistryFiles } from './registry-files.ts';

const [name, yamlFile, lockFile] = [
  'internal-postgres',
  'servers/internal-postgres.yaml',
  'servers/internal-postgres.lock.json',
];
let { root, write, commit: commitAll }: GitRepository = await gitRepository();

beforeEach(async () => {
  ({ root, write, commit: commitAll } = await gitRepository());
  write(
    'registry.yaml',
    'name: Example\nurl: https://mcp.example.com\nid: mcp.example.com\nnamespace: com.example\nmain_branch: main\n',
  );
  write('policy.yaml', JSON.stringify(aPolicy()));
  write(yamlFile, minimalYaml());
  write(lockFile, reviewableJson(aLock()));
  commitAll();
});

const base = async (commit: string | undefined = 'HEAD'): Promise<Base> =>
  readBase(root, await readRegistryFiles(root), commit);

test('has no server where nothing differs', async () => {
  expect(await base()).toEqual({ commit: 'HEAD', changes: new Map(), changed: new Map(), policy: aPolicy() });
});

test.each<[string, () => void]>([
  ['the manifest differs', () => write(yamlFile, minimalYaml('title: Another\n'))],
  ['the lock differs', () => write(lockFile, reviewableJson(aLock({ resolvedAsOf: '2026-05-01T00:00:00Z' })))],
  [
    'both differ',
    () => {
      write(yamlFile, minimalYaml('title: Another\n'));
      write(lockFile, '{}');
    },
  ],
  [
    'both are gone',
    () => {
      rmSync(join(root, yamlFile));
      rmSync(join(root, lockFile));
    },
  ],
])('has both files of the commit where %s', async (_, change) => {
  change();
  expect((await base()).changed).toEqual(new Map([[name, { manifest: aManifest(), lock: aLock() }]]));
});

test('has nothing of a server that is new, and of one that could not be read', async () => {
  write(yamlFile, 'name: 1');
  write(lockFile, '[]');
  commitAll();
  write(yamlFile, minimalYaml());
  write(lockFile, reviewableJson(aLock()));
  write('servers/fresh.yaml', minimalYaml().replace(name, 'fresh'));
  const { changed, changes } = await base();
  expect([...changed]).toEqual([
    ['fresh', {}],
    [name, {}],
  ]);
  expect(changes.get(yamlFile)?.toString()).toBe('name: 1');
});

test('looks at no server that is as it was', async () => {
  write('servers/other.yaml', minimalYaml().replace(name, 'other'));
  write('servers/other.lock.json', 'no lock at all');
  commitAll();
  write(yamlFile, minimalYaml('title: Another\n'));
  const { changed, changes } = await base();
  expect([...changed.keys()]).toEqual([name]);
  expect([...changes.keys()]).toEqual([yamlFile]);
  expect([...changedServers(changes)]).toEqual([name]);
});

test('without a commit every file is new, locks too', async () => {
  const { changed, changes, commit } = await readBase(root, await readRegistryFiles(root), undefined);
  expect([...changed]).toEqual([[name, {}]]);
  expect([...changes]).toEqual([
    [yamlFile, undefined],
    [lockFile, undefined],
  ]);
  expect(commit).toBeUndefined();
});

test('has the policy of the commit, or none where it cannot be read', async () => {
  write('policy.yaml', JSON.stringify(aPolicy({ names: { reserved: ['other'] } })));
  expect((await base()).policy).toEqual(aPolicy());
  commitAll();
  write('policy.yaml', 'x');
  commitAll();
  write('policy.yaml', JSON.stringify(aPolicy()));
  expect((await base()).policy).toBeUndefined();
});
