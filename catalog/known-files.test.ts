import { chmodSync, rmSync, statSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { reviewableJson } from '../core/canonical.ts';
import { temporaryFolder } from '../test/support/folder.ts';
import { gitRepository, type GitRepository } from '../test/support/git-repository.ts';
import { aLock, aPolicy, minimalYaml } from '../test/support/statements.ts';
import { FileIndex } from './file-index.ts';
import { KnownFiles, unchangedFiles } from './known-files.ts';
import type { OutlinedServer, RegistryFiles } from './registry-files.ts';
import { surveyRegistryFiles } from './survey.ts';

const name = 'internal-postgres';
const [manifest, lock] = [`servers/${name}.yaml`, `servers/${name}.lock.json`];

let repository: GitRepository;
let index: FileIndex;

beforeEach(async () => {
  repository = await gitRepository();
  index = new FileIndex('this program');
  repository.write(
    'registry.yaml',
    'name: T\nurl: https://mcp.example.com\nid: mcp.example.com\nnamespace: com.example\nmain_branch: main\n',
  );
  repository.write('policy.yaml', JSON.stringify(aPolicy()));
  repository.write(manifest, minimalYaml());
  repository.write(lock, reviewableJson(aLock()));
  repository.commit();
});

const ids = (): Promise<ReadonlyMap<string, string>> => unchangedFiles(repository.root);

/** A survey, and how many servers it had to read. */
async function survey(): Promise<{ readonly found: RegistryFiles<OutlinedServer>; readonly wasKnown: boolean }> {
  const known = new KnownFiles(index, await ids());
  const wasKnown = known.sound(name, true) !== undefined;
  return { found: await surveyRegistryFiles(repository.root, { known }), wasKnown };
}

const plain = ({ servers, problems }: RegistryFiles<OutlinedServer>): unknown => ({
  problems,
  servers: servers.map(({ manifest: { locate, ...rest }, ...server }) => ({
    ...{ ...server, rest },
    places: [locate(['version']), locate(['artefact', 'url'], 'key')],
  })),
});

/** With the time of its last change set back: git would take it for the same if it only looked at that. */
function writeUnnoticed(path: string, content: string): void {
  const { atime, mtime } = statSync(join(repository.root, path));
  repository.write(path, content);
  utimesSync(join(repository.root, path), atime, mtime);
}

test('the id of each file in servers/ is known', async () => {
  const id = (path: string): string => repository.git('rev-parse', `HEAD:${path}`).trim();
  expect(await ids()).toEqual(
    new Map([
      [lock, id(lock)],
      [manifest, id(manifest)],
    ]),
  );
});

test('what was read once is the same without being read again, with its lines', async () => {
  const first = await survey();
  expect(first.wasKnown).toBe(false);
  const second = await survey();
  expect(second.wasKnown).toBe(true);
  expect(plain(second.found)).toEqual(plain(first.found));
});

test.each<[string, () => unknown]>([
  ['is edited', () => repository.write(manifest, minimalYaml('tags: [a]\n'))],
  ['is edited and keeps its time', () => writeUnnoticed(manifest, minimalYaml('tags: [a]\n'))],
  [
    'is edited and added to the index of git only afterwards',
    () => {
      repository.git('add', manifest);
      repository.write(manifest, minimalYaml('tags: [a]\n'));
    },
  ],
  [
    'is edited while git is told to look away',
    () => {
      repository.git('update-index', '--assume-unchanged', manifest);
      repository.write(manifest, minimalYaml('tags: [a]\n'));
    },
  ],
  [
    'is edited and left out of the checkout',
    () => {
      repository.git('update-index', '--skip-worktree', manifest);
      repository.write(manifest, minimalYaml('tags: [a]\n'));
    },
  ],
  ['is taken out of git', () => repository.git('rm', '--quiet', '--cached', manifest)],
  [
    'is a link',
    () => {
      rmSync(join(repository.root, manifest));
      symlinkSync('/dev/null', join(repository.root, manifest));
    },
  ],
])('a server is read again if its manifest %s', async (_, change) => {
  await survey();
  change();
  expect((await survey()).wasKnown).toBe(false);
});

test('a server is read again if its lock changes, and if it loses it', async () => {
  await survey();
  repository.write(lock, '{');
  const { found, wasKnown } = await survey();
  expect(wasKnown).toBe(false);
  expect(found.problems.map(({ code }) => code)).toEqual(['lock-unreadable']);
  rmSync(join(repository.root, lock));
  expect(new KnownFiles(index, await ids()).sound(name, false)).toBeUndefined();
});

test('a server with a problem is never known', async () => {
  repository.write(lock, reviewableJson(aLock({ version: '9.9.9' })));
  repository.commit();
  const codes: string[][] = [];
  for (let run = 0; run < 2; run++) {
    const { found, wasKnown } = await survey();
    expect(wasKnown).toBe(false);
    codes.push(found.problems.map(({ code }) => code));
  }
  expect(codes).toEqual([['lock-mismatch'], ['lock-mismatch']]);
});

test('a file that git writes otherwise than it keeps it is read every time', async () => {
  repository.write('.gitattributes', 'servers/*.yaml text eol=crlf\n');
  repository.commit();
  rmSync(join(repository.root, manifest));
  repository.git('checkout', '--quiet', '--', manifest);
  await survey();
  expect((await survey()).wasKnown).toBe(false);
});

test('a manifest is clean only as it was when somebody looked', async () => {
  const known = new KnownFiles(index, await ids());
  expect(known.isClean(name)).toBe(false);
  known.addClean(name);
  expect(new KnownFiles(index, await ids()).isClean(name)).toBe(true);
  repository.write(manifest, minimalYaml('tags: [a]\n'));
  expect(new KnownFiles(index, await ids()).isClean(name)).toBe(false);
});

test('outside git nothing is known', async () => {
  expect(await unchangedFiles(await temporaryFolder())).toEqual(new Map());
});

test('a file that only gained a permission is the same file', async () => {
  await survey();
  chmodSync(join(repository.root, manifest), 0o755);
  repository.commit();
  expect((await survey()).wasKnown).toBe(true);
});
