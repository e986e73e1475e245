import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { countedObjects } from '../../test/support/counted-objects.ts';
import { gitRepository, type GitRepository } from '../../test/support/git-repository.ts';
import { withClone } from './clone.ts';
import { listFiles, readCommitFiles, type CommitFiles } from './commit-files.ts';

const top = { folder: '' };
const read = ({ root }: GitRepository, commit: string, paths: readonly string[], folder = ''): Promise<CommitFiles> =>
  withClone(root, (objects) => readCommitFiles(objects, commit, { paths, folder }));

test('reads the folders and files that are asked for, and no others', async () => {
  const repository = await gitRepository();
  const { root, git, write, commit } = repository;
  const paths = ['.github/CODEOWNERS', '.github/workflows/a.yml', 'advisories/2026/a.json', 'docs/a', 'policy.yaml'];
  for (const path of paths) write(path, path);
  for (const path of ['servers/a.yaml', 'servers/b.yaml', 'trust/1.root.json']) write(path, 'the same');
  const id = commit();
  const asked = ['servers', 'policy.yaml', 'registry.yaml', 'advisories', 'trust', '.github/CODEOWNERS'];
  await withClone(root, async (clone) => {
    const objects = countedObjects(clone);
    const files = await readCommitFiles(objects, id, { paths: asked, ...top });
    expect([...files.files.keys()]).toEqual([
      ...['servers/a.yaml', 'servers/b.yaml', 'policy.yaml', 'advisories/2026/a.json', 'trust/1.root.json'],
      '.github/CODEOWNERS',
    ]);
    expect(files.commit.message).toBe('change\n');
    expect(files.list('servers')).toEqual(['a.yaml', 'b.yaml']);
    expect(files.list('advisories')).toEqual(['2026']);
    expect(files.list('docs')).toEqual([]);
    expect(files.read('policy.yaml')?.toString()).toBe('policy.yaml');
    expect(files.read('trust/1.root.json')?.toString()).toBe('the same');
    expect(files.read('registry.yaml')).toBeUndefined();
    expect(files.read('advisories/2026')).toBe('no-plain-file');
    const named = (...names: string[]): string[] => names.map((name) => git('rev-parse', `HEAD:${name}`));
    expect(objects.asked.toSorted()).toEqual(
      [
        `commit ${id}`,
        ...named('', 'servers', 'advisories', 'advisories/2026', 'trust', '.github').map((tree) => `tree ${tree}`),
        // The servers and the root have the same content, which is read once.
        ...named('servers/a.yaml', 'policy.yaml', 'advisories/2026/a.json', '.github/CODEOWNERS').map(
          (blob) => `blob ${blob}`,
        ),
      ].sort(),
    );
  });
});

test('takes neither links, folders nor commits of other repositories for files', async () => {
  const repository = await gitRepository();
  const { root, git, write } = repository;
  write('servers/folder.yaml/x', '');
  symlinkSync('/etc/passwd', join(root, 'servers/link.yaml'));
  git('add', '--all');
  git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},servers/module.yaml`);
  git('commit', '--quiet', '--message', 'change');
  const files = await read(repository, git('rev-parse', 'HEAD'), ['servers']);
  const names = ['folder.yaml', 'link.yaml', 'module.yaml'];
  expect(files.list('servers')).toEqual(names);
  expect(names.map((name) => files.read(`servers/${name}`))).toEqual(names.map(() => 'no-plain-file'));
  expect(files.read('servers/none.yaml')).toBeUndefined();
});

test('follows no link on the way to a file', async () => {
  const repository = await gitRepository();
  const { root, write, commit } = repository;
  write('elsewhere/a.yaml', '1');
  symlinkSync('elsewhere', join(root, 'servers'));
  const files = await read(repository, commit(), ['servers', 'servers/a.yaml']);
  expect([...files.files.keys()]).toEqual(['servers']);
  expect(files.list('servers')).toEqual([]);
  expect(files.read('servers')).toBe('no-plain-file');
});

test('reads a registry that is a folder of a larger repository', async () => {
  const repository = await gitRepository('sha256');
  const { write, commit } = repository;
  write('teams/one/registry/policy.yaml', '1');
  write('policy.yaml', '2');
  const id = commit();
  expect((await read(repository, id, ['policy.yaml'], 'teams/one/registry')).read('policy.yaml')?.toString()).toBe('1');
  expect((await read(repository, id, ['policy.yaml'], 'teams/two')).files.size).toBe(0);
});

test('finds no difference in what was not committed', async () => {
  const repository = await gitRepository();
  const { root, git, write, commit } = repository;
  write('servers/a.yaml', '1');
  const id = commit();
  write('servers/a.yaml', '2');
  write('servers/b.yaml', '2');
  git('add', '--all');
  rmSync(join(root, 'servers'), { recursive: true });
  mkdirSync(join(root, 'servers'));
  const files = await read(repository, id, ['servers']);
  expect([files.list('servers'), files.read('servers/a.yaml')?.toString()]).toEqual([['a.yaml'], '1']);
});

test('refuses a few small folders that stand for a billion', async () => {
  const { root, git, gitWith, commit } = await gitRepository();
  commit();
  let tree = git('rev-parse', 'HEAD^{tree}');
  for (let level = 0; level < 3; level++) {
    const lines = Array.from({ length: 1000 }, (_, index) => `040000 tree ${tree}\t${index}\n`);
    tree = gitWith({ input: lines.join('') }, 'mktree');
  }
  const bomb = gitWith({ input: `040000 tree ${tree}\tservers\n` }, 'mktree');
  await expect(
    withClone(root, (objects) => listFiles(objects, bomb, { paths: ['servers'], ...top })),
  ).rejects.toMatchObject({ code: 'E_TOO_LARGE', message: 'there are more than 2000000 files' });
});

test('refuses folders that are too deep', async () => {
  const repository = await gitRepository();
  const { write, commit } = repository;
  write(`servers${'/a'.repeat(63)}/file`, '');
  await expect(read(repository, commit(), ['servers'])).resolves.toBeDefined();
  write(`servers${'/a'.repeat(64)}/file`, '');
  await expect(read(repository, commit(), ['servers'])).rejects.toMatchObject({
    code: 'E_TOO_LARGE',
    message: 'folders are more than 64 deep',
  });
});
