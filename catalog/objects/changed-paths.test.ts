import { chmodSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compareText } from '../../core/order.ts';
import { countedObjects } from '../../test/support/counted-objects.ts';
import { gitRepository, type GitRepository } from '../../test/support/git-repository.ts';
import { changedPaths } from './changed-paths.ts';
import { withClone } from './clone.ts';
import type { ObjectHash } from './object-id.ts';

/** What git says differs, a line each. */
function byGit({ git }: GitRepository, from: string, to: string): string[] {
  const words = git('diff-tree', '-r', '--raw', '--no-renames', '--no-abbrev', '-z', from, to).split('\0');
  return Array.from({ length: Math.floor(words.length / 2) }, (_, index) => {
    const [before = '', after = '', idBefore = '', idAfter = ''] = (words[2 * index] ?? '').slice(1).split(' ');
    return `${words[2 * index + 1]} ${before} ${idBefore} ${after} ${idAfter}`;
  }).sort(compareText);
}

/** The same of what we find, with zeros for what is not there. */
async function byUs({ root }: GitRepository, from: string | undefined, to: string): Promise<string[]> {
  const none = { mode: '000000', id: '0'.repeat(to.length) };
  const changed = await withClone(root, (objects) => changedPaths(objects, from, to));
  return changed.map(
    ({ path, before = none, after = none }) => `${path} ${before.mode} ${before.id} ${after.mode} ${after.id}`,
  );
}

test.each<ObjectHash>(['sha1', 'sha256'])('finds what git finds, by ids of %s', async (hash) => {
  const repository = await gitRepository(hash);
  const { root, git, write, commit } = repository;
  const remove = (path: string): void => rmSync(join(root, path), { recursive: true });
  for (const path of ['kept', 'edited', 'deleted', 'moved', 'run', 'file', 'linked', 'deep/er/kept', 'deep/er/edited'])
    write(path, path);
  for (const path of ['folder/a', 'folder/b', 'é/ü', 'a/x', 'a.b']) write(path, path);
  const before = commit();
  for (const path of ['edited', 'deep/er/edited', 'é/ü']) write(path, 'edited');
  for (const path of ['deleted', 'moved', 'file', 'folder', 'linked', 'a']) remove(path);
  for (const path of ['new/er', 'moved-here', 'file/becomes/folder', 'folder', 'a']) write(path, path);
  chmodSync(join(root, 'run'), 0o755);
  symlinkSync('kept', join(root, 'linked'));
  git('add', '--all');
  git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(before.length)},module`);
  git('commit', '--quiet', '--message', 'change');
  const after = git('rev-parse', 'HEAD');
  const expected = byGit(repository, before, after);
  expect(expected.length).toBeGreaterThan(15);
  expect(await byUs(repository, before, after)).toEqual(expected);
  expect(await byUs(repository, after, before)).toEqual(byGit(repository, after, before));
  expect(await byUs(repository, after, after)).toEqual([]);
  const empty = git('hash-object', '-t', 'tree', '/dev/null');
  expect(await byUs(repository, undefined, after)).toEqual(byGit(repository, empty, after));
});

test('reads only the folders that differ', async () => {
  const repository = await gitRepository();
  const { root, git, write, commit } = repository;
  for (const path of ['docs/a/b/c', 'servers/a.yaml', 'trust/x/y']) write(path, path);
  const before = commit();
  write('servers/a.yaml', '2');
  const after = commit();
  await withClone(root, async (clone) => {
    const objects = countedObjects(clone);
    expect((await changedPaths(objects, before, after)).map(({ path }) => path)).toEqual(['servers/a.yaml']);
    const trees = [before, after].flatMap((id) => ['', 'servers'].map((name) => git('rev-parse', `${id}:${name}`)));
    expect(objects.asked.toSorted()).toEqual(
      [`commit ${before}`, `commit ${after}`, ...trees.map((tree) => `tree ${tree}`)].sort(),
    );
  });
});

test('shows all that a commit changed against the one before it, a merge among them', async () => {
  const repository = await gitRepository();
  const { git, write, commit } = repository;
  write('a', '1');
  const first = commit();
  git('checkout', '--quiet', '-b', 'change');
  write('b', '1');
  commit();
  write('c', '1');
  commit();
  git('checkout', '--quiet', 'main');
  git('merge', '--quiet', '--no-ff', '--message', 'merge', 'change');
  const changed = await byUs(repository, first, git('rev-parse', 'HEAD'));
  expect(changed.map((line) => line.split(' ')[0])).toEqual(['b', 'c']);
});
