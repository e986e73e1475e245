/** What a forge says of the main line, against the same repository as a clone. */
import { expect, test } from 'vitest';
import { cloneSource } from '../../catalog/clone-source.ts';
import { withClone } from '../../catalog/objects/clone.ts';
import type { GitObjects } from '../../catalog/objects/git-objects.ts';
import { rememberObjects } from '../../catalog/objects/remember-objects.ts';
import { gitRepository, type GitRepository } from '../../test/support/git-repository.ts';
import { forgeSource } from './forge-source.ts';

/** Objects that are asked for one by one, and noted. */
function objectsOf({ root }: GitRepository, asked: string[] = []): GitObjects {
  const ask = <K extends keyof GitObjects>(kind: K, id: string): ReturnType<GitObjects[K]> => {
    asked.push(`${kind} ${id}`);
    return withClone(root, (objects) => objects[kind](id) as Promise<never>) as ReturnType<GitObjects[K]>;
  };
  return {
    commit: (id) => ask('commit', id),
    tree: (id) => ask('tree', id),
    blob: (id) => ask('blob', id),
  };
}

async function example(): Promise<{ repository: GitRepository; begin: string; tip: string }> {
  const repository = await gitRepository();
  const { write, commit, git } = repository;
  write('servers/a.yaml', 'a');
  write('servers/a.lock.json', 'a');
  write('site/large/page.html', 'x');
  const begin = commit();
  write('servers/a.yaml', 'b');
  commit();
  git('checkout', '--quiet', '-b', 'change');
  write('servers/b.yaml', 'b');
  commit();
  write('servers/b.lock.json', 'b');
  commit();
  git('checkout', '--quiet', 'main');
  git('merge', '--quiet', '--no-ff', '--message', 'merge', 'change');
  return { repository, begin, tip: git('rev-parse', 'HEAD') };
}

test('from where it began, the main line held the same as in a clone', async () => {
  const { repository, begin, tip } = await example();
  const ofForge = await forgeSource(objectsOf(repository), begin).statesUntil(tip);
  const ofClone = await (await cloneSource(repository.root)).statesUntil(tip);
  expect(ofForge.all).toEqual(ofClone.all);
  expect(ofForge.current).toEqual(ofClone.current);
  expect(ofForge.all.map(({ name }) => name)).toEqual(['a', 'a', 'b']);
});

test('no file is read, and no folder that did not change', async () => {
  const { repository, begin, tip } = await example();
  const asked: string[] = [];
  await forgeSource(rememberObjects(objectsOf(repository, asked)), begin).statesUntil(tip);
  expect(asked.filter((each) => each.startsWith('blob'))).toEqual([]);
  expect(asked).not.toContain(`tree ${repository.git('rev-parse', 'HEAD:site')}`);
  // Commits and trees are asked for once each.
  expect(new Set(asked).size).toBe(asked.length);
});

test('without a beginning it says what to write where', async () => {
  const { repository, tip } = await example();
  await expect(forgeSource(objectsOf(repository), undefined).statesUntil(tip)).rejects.toMatchObject({
    code: 'main-line-unknown',
    remedy: expect.stringMatching(/forge\.begin/u),
  });
});

test('a commit whose main line does not hold the beginning is refused', async () => {
  const { repository, begin } = await example();
  const { git, commit } = repository;
  git('checkout', '--quiet', '--orphan', 'other');
  const other = commit();
  await expect(forgeSource(objectsOf(repository), begin).statesUntil(other)).rejects.toMatchObject({
    code: 'E_EVIDENCE_HISTORY',
  });
});
