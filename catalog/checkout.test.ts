import { beforeEach, expect, test } from 'vitest';
import { gitRepository, type GitRepository } from '../test/support/git-repository.ts';
import { checkCheckout } from './checkout.ts';

let { root, git, write, commit }: GitRepository = await gitRepository();

beforeEach(async () => {
  ({ root, git, write, commit } = await gitRepository());
  write('registry.yaml', 'name: Example\n');
  write('policy.yaml', 'data_classes: {}\n');
  write('servers/tiny.yaml', 'name: tiny\n');
  commit();
});

const found = async (): Promise<string[]> => (await checkCheckout(root)).map(({ code, file }) => `${code} ${file}`);

test('has nothing against what commands keep for themselves', async () => {
  write('.gitignore', '.registry/\n');
  write('.registry/cache/code/0.json', '{}');
  expect(await found()).toEqual([]);
});

test.each(['.registry/cache/code/0.json', '.registry', '.Registry/cache/code/0.json'])(
  'finds %s, which was committed',
  async (path) => {
    write(path, '{}');
    git('add', '--force', path);
    git('commit', '--quiet', '--message', 'change');
    expect(await found()).toEqual([`workspace-committed ${path}`]);
  },
);

test.each(['servers/** working-tree-encoding=ISO646-DE', 'policy.yaml ident', '[attr]kept filter=lfs\n*.yaml kept'])(
  'finds files that git writes otherwise than they were committed, by %j',
  async (attributes) => {
    write('.gitattributes', `${attributes}\n`);
    commit();
    expect(await found()).toEqual([expect.stringMatching(/^rewritten-on-checkout /u)]);
  },
);

test('has nothing against line ends, and what is written otherwise beside the registry', async () => {
  write('.gitattributes', '* text=auto eol=lf\nservers/** -text\n*.png filter=lfs diff=lfs merge=lfs -text\n');
  write('docs/a.png', 'a picture');
  git('add', '--all');
  expect(await found()).toEqual([]);
});
