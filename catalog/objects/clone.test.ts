/** Repositories that git itself made, read beside git. */
import { copyFileSync, chmodSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { maxBlobBytes } from '../../core/limits.ts';
import { gitRepository, signWithSsh, type GitRepository } from '../../test/support/git-repository.ts';
import { withClone } from './clone.ts';
import type { ObjectHash } from './object-id.ts';

/** Everything that can be odd about commits. */
function odderAndOdder(repository: GitRepository): void {
  const { git, gitWith, write, commit } = repository;
  git('commit', '--quiet', '--allow-empty', '--message', 'the empty tree');
  write('a', '1\n');
  commit('a file');
  for (const branch of ['one', 'two', 'three']) {
    git('checkout', '--quiet', '-b', branch, 'main');
    write(branch, branch);
    commit(branch);
  }
  git('checkout', '--quiet', 'main');
  git('merge', '--quiet', '--no-ff', '--message', 'merge', 'one');
  git('merge', '--quiet', '--no-ff', '--message', 'octopus', 'two', 'three');
  const latin1 = join(repository.root, '.git', 'message');
  write('.git/message', Buffer.from('\u00e9t\u00e9\n', 'latin1'));
  git('-c', 'i18n.commitEncoding=ISO-8859-1', 'commit', '--quiet', '--allow-empty', '--file', latin1);
  const tree = git('rev-parse', 'HEAD^{tree}');
  const odd = { GIT_AUTHOR_NAME: 'É ü 名', GIT_AUTHOR_DATE: '1000000000 -0930', GIT_COMMITTER_DATE: '@1 +1345' };
  const bare = gitWith({ input: 'no newline', env: odd }, 'commit-tree', tree, '-p', 'HEAD');
  git('reset', '--quiet', '--hard', gitWith({ input: '' }, 'commit-tree', tree, '-p', bare));
  signWithSsh(repository);
  commit('signed');
  git('checkout', '--quiet', '-b', 'tagged');
  commit('to be tagged');
  git('tag', '--annotate', '--message', 'a signed tag', 'v1');
  git('checkout', '--quiet', 'main');
  commit('beside it');
  git('merge', '--quiet', '--no-ff', '--message', 'of a signed tag', 'v1');
}

const fields = ['%H', '%T', '%P', '%an', '%ae', '%at', '%cn', '%ce', '%ct'].join('%x00');

describe.each<ObjectHash>(['sha1', 'sha256'])('of ids by %s', (hash) => {
  test('reads every kind of commit as git does', async () => {
    const repository = await gitRepository(hash);
    odderAndOdder(repository);
    const { root, git, raw } = repository;
    const listed = git('log', '--all', `--format=${fields}`).split('\n');
    expect(listed.length).toBeGreaterThanOrEqual(14);
    const commits = await withClone(root, (objects) =>
      Promise.all(listed.map((line) => objects.commit(line.split('\0')[0] ?? ''))),
    );
    expect(
      commits.map(({ id, tree, parents, author, committer }) =>
        [
          ...[id, tree, parents.join(' ')],
          ...[author, committer].flatMap(({ name, email, at }) => [name, email, at.getTime() / 1000]),
        ].join('\0'),
      ),
    ).toEqual(listed);
    const texts = commits.map(({ id }) => raw('commit', id).toString('utf8'));
    expect(commits.map(({ message }) => message)).toEqual(texts.map((text) => text.slice(text.indexOf('\n\n') + 2)));
    for (const each of ['encoding ', 'mergetag ', hash === 'sha1' ? 'gpgsig ' : 'gpgsig-sha256 '])
      expect(
        texts.some((text) => text.includes(`\n${each}`)),
        each,
      ).toBe(true);
    const zones = commits.flatMap(({ author, committer }) => [author.zone, committer.zone]);
    expect(new Set(zones)).toEqual(new Set(['+0000', '-0930', '+1345']));
    expect(Math.max(...commits.map(({ parents }) => parents.length))).toBe(3);
  });

  test('reads every kind of entry and name in a tree as git does', async () => {
    const { root, git, write, commit } = await gitRepository(hash);
    const names = [
      'a.b',
      'a/x',
      'a0',
      '-',
      ' ',
      '\u00e9',
      'e\u0301',
      '名',
      '\u{1f600}',
      '"quoted"',
      'a\\b',
      'a\nb',
      '.gitmodules',
      '~',
    ];
    for (const name of names) write(name, name);
    write('run', '');
    chmodSync(join(root, 'run'), 0o755);
    symlinkSync('/etc/passwd', join(root, 'link'));
    git('add', '--all');
    git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(hash === 'sha1' ? 40 : 64)},module`);
    git('commit', '--quiet', '--message', 'change');
    const listed = git('ls-tree', '-z', 'HEAD').split('\0').slice(0, -1);
    const tree = await withClone(root, (objects) => objects.tree(git('rev-parse', 'HEAD^{tree}')));
    const kinds = new Map([['40000', '040000 tree'], ['160000', '160000 commit']]); // prettier-ignore
    expect([...tree].map(([name, { mode, id }]) => `${kinds.get(mode) ?? `${mode} blob`} ${id}\t${name}`)).toEqual(
      listed,
    );
    expect(listed).toHaveLength(names.length + 3);
    expect(commit('again')).toMatch(/^[0-9a-f]+$/u);
  });

  test('reads files of any content, many at one time', async () => {
    const { root, git, write, commit } = await gitRepository(hash);
    const contents = ['', '\n', 'x', '\0\u00ff', 'line\n'.repeat(50_000), ...Array.from({ length: 200 }, String)];
    for (const [index, content] of contents.entries()) write(`${index}`, content);
    commit();
    const ids = contents.map((_, index) => git('rev-parse', `HEAD:${index}`));
    const blobs = await withClone(root, (objects) => Promise.all(ids.map((id) => objects.blob(id))));
    expect(blobs.map(String)).toEqual(contents);
  });

  test('refuses a clone in which an object has the bytes of another one', async () => {
    const { root, git, write, commit } = await gitRepository(hash);
    write('a', 'the reviewed content\n');
    write('b', 'another content\n');
    commit();
    const [good, bad] = [git('rev-parse', 'HEAD:b'), git('rev-parse', 'HEAD:a')];
    const place = (id: string): string => join(root, '.git', 'objects', id.slice(0, 2), id.slice(2));
    rmSync(place(bad));
    copyFileSync(place(good), place(bad));
    // Git itself hands it out.
    expect(git('cat-file', 'blob', bad)).toBe('another content');
    await withClone(root, async (objects) => {
      await expect(objects.blob(bad)).rejects.toMatchObject({
        code: 'E_OBJECT',
        message: `the blob ${bad} came with bytes whose id is ${good}`,
      });
      await expect(objects.blob(good)).resolves.toEqual(Buffer.from('another content\n'));
    });
  });
});

test('says which object a clone does not have, refuses one of another kind, and goes on', async () => {
  const { root, git, write, commit } = await gitRepository();
  write('a', '1');
  const id = commit();
  const file = git('rev-parse', 'HEAD:a');
  const nowhere = '0123456789'.repeat(4);
  await withClone(root, async (objects) => {
    const [missing, tree, name, found] = await Promise.allSettled([
      objects.blob(nowhere),
      objects.tree(file),
      objects.commit('HEAD'),
      objects.commit(id),
    ]);
    expect(missing).toMatchObject({ reason: { code: 'git', message: `git has no blob ${nowhere}` } });
    expect(tree).toMatchObject({ reason: { code: 'E_OBJECT', message: `the object ${file} is a blob, and no tree` } });
    expect(name).toMatchObject({ reason: { code: 'E_OBJECT', message: '"HEAD" is no id of a git object' } });
    expect(found).toMatchObject({ value: { id } });
  });
});

test('takes no part of an id for an id, in a repository whose ids are longer', async () => {
  const { root, commit } = await gitRepository('sha256');
  const id = commit();
  await expect(withClone(root, (objects) => objects.commit(id.slice(0, 40)))).rejects.toMatchObject({ code: 'git' });
});

test('refuses a file that is too large without keeping it, and goes on', async () => {
  const { root, git, write, commit } = await gitRepository();
  write('large', Buffer.alloc(maxBlobBytes + 1));
  write('small', '1');
  commit();
  const [large, small] = [git('rev-parse', 'HEAD:large'), git('rev-parse', 'HEAD:small')];
  await withClone(root, async (objects) => {
    const both = await Promise.allSettled([objects.blob(large), objects.blob(small)]);
    expect(both[0]).toMatchObject({
      reason: {
        code: 'E_TOO_LARGE',
        message: `the blob ${large} has ${maxBlobBytes + 1} bytes, more than ${maxBlobBytes}`,
      },
    });
    expect(both[1]).toMatchObject({ value: Buffer.from('1') });
  });
});

test('ends git with the last use, after failures too, and answers nothing later', async () => {
  const { root, commit } = await gitRepository();
  const id = commit();
  const running = (): string[] => process.getActiveResourcesInfo().filter((kind) => kind === 'ProcessWrap');
  const kept = await withClone(root, async (objects) => {
    expect(running()).toHaveLength(1);
    await objects.commit(id);
    return objects;
  });
  await expect.poll(running).toEqual([]);
  await expect(kept.commit(id)).rejects.toMatchObject({ name: 'Failure', code: 'git' });
  await expect(withClone(root, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(withClone(join(root, 'nowhere'), (objects) => objects.commit(id))).rejects.toMatchObject({
    code: 'git',
  });
  await expect.poll(running).toEqual([]);
});
