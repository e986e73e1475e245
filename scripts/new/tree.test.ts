import { expect, test } from 'vitest';
import { sha256 } from '../../core/digest.ts';
import { treeDigest } from '../../core/tree.ts';
import { tarballOf } from '../../test/support/tarballs.ts';
import { treeOf } from '../../test/support/tree-files.ts';
import { gitArtefact, tarballArtefact } from './tree.ts';

const address = 'https://example.com/notes.tgz';
const repository = 'https://example.com/notes-mcp.git';
const commit = 'c0ffee'.repeat(6).concat('c0ff');

const packageJson = {
  name: '@example/notes-mcp',
  version: '1.2.0',
  description: 'Reads and writes notes.',
  license: 'MIT',
  repository: { type: 'git', url: 'git+https://example.com/notes.git' },
  bin: { notes: 'index.js' },
  mcpName: 'com.example/notes',
};

const fromGit = (files: Readonly<Record<string, unknown>>) =>
  gitArtefact(repository, commit, () => Promise.resolve(treeOf(files)));

test('a tarball is described by its package.json', async () => {
  const bytes = tarballOf([
    { path: 'notes/package.json', content: JSON.stringify(packageJson) },
    { path: 'notes/index.js', content: '' },
    { path: 'notes/README.md', content: '"env": { "NOTES_TOKEN": "…" }' },
  ]);
  const found = await tarballArtefact(address, () => Promise.resolve(bytes));
  expect(found).toMatchObject({
    names: ['notes', 'example-notes'],
    version: '1.2.0',
    description: 'Reads and writes notes.',
    license: 'MIT',
    repository: 'https://example.com/notes',
    upstream: 'com.example/notes',
    url: address,
    sha256: sha256(bytes),
    commands: ['notes'],
    hints: { variables: [{ name: 'NOTES_TOKEN', secret: true }] },
  });
  expect(found.commandFault).toBeUndefined();
});

test('a commit is pinned by the digest of its files, and knows its repository', async () => {
  const files = { 'package.json': packageJson, 'index.js': '' };
  expect(await fromGit(files)).toMatchObject({
    url: `git+${repository}#${commit}`,
    sha256: treeDigest(treeOf(files)),
    repository: 'https://example.com/notes',
  });
});

test('a tree that does not say what starts it is asked for a file of it', async () => {
  const { names, version, repository: from, commandFault } = await fromGit({ 'server.py': '', 'notes.ts': '' });
  expect([names, version, from]).toEqual([['notes'], undefined, 'https://example.com/notes-mcp']);
  expect(commandFault?.('server.py')).toBeUndefined();
  expect(commandFault?.('other.py')).toContain('has no file and no command other.py');
  expect(commandFault?.('notes.ts')).toContain('has to be built first');
});

test('a tree whose files have to be built first is refused', async () => {
  await expect(fromGit({ 'package.json': packageJson })).rejects.toMatchObject({ code: 'E_UNSUPPORTED' });
});
