import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../test/support/folder.ts';
import { cloneSource } from './clone-source.ts';
import { currentInCommit } from './current.ts';
import { FileIndex } from './file-index.ts';
import { writeFilesAt } from './files-at.ts';
import { git as ask } from '../core/git.ts';
import { commitNamed, commitOf } from './git.ts';
import { readHistory } from './history.ts';
import { checkOnMain } from './main-branch.ts';

const temporary = await temporaryFolder();
let top: string;
/** The registry: a folder of the repository. */
let root: string;
let count = 0;

const git = (...words: string[]): string =>
  execFileSync('git', ['-C', root, '-c', 'user.name=A', '-c', 'user.email=a@example.com', ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();

function commit(file: string, content: string): string {
  mkdirSync(join(root, file, '..'), { recursive: true });
  writeFileSync(join(root, file), content);
  git('add', '--all');
  git('commit', '--quiet', '--message', 'change');
  return git('rev-parse', 'HEAD');
}

beforeEach(() => {
  top = join(temporary, String(count++));
  root = join(top, 'registry');
  mkdirSync(root, { recursive: true });
  git('init', '--quiet', '--initial-branch', 'main', top);
});

test('takes commits of the main line, and no others', async () => {
  const first = commit('a', '1');
  git('checkout', '--quiet', '-b', 'change');
  const middle = commit('a', '2');
  git('checkout', '--quiet', 'main');
  git('merge', '--quiet', '--no-ff', '--message', 'merge', 'change');
  const merge = git('rev-parse', 'HEAD');
  await expect(checkOnMain(root, first, 'main')).resolves.toBeUndefined();
  await expect(checkOnMain(root, merge, 'main')).resolves.toBeUndefined();
  await expect(checkOnMain(root, middle, 'main')).rejects.toMatchObject({
    code: 'not-main',
    message: `the commit ${middle.slice(0, 12)} is checked out, which the main line of main does not hold`,
  });
});

test('believes the origin, where there is one, and not what was only committed here', async () => {
  const pushed = commit('a', '1');
  git('update-ref', 'refs/remotes/origin/main', pushed);
  const here = commit('a', '2');
  await expect(checkOnMain(root, pushed, 'main')).resolves.toBeUndefined();
  await expect(checkOnMain(root, here, 'main')).rejects.toMatchObject({
    message: expect.stringContaining('origin/main'),
  });
});

test('says where there is no such branch', async () => {
  const only = commit('a', '1');
  await expect(checkOnMain(root, only, 'trunk')).rejects.toMatchObject({ message: expect.stringContaining('trunk') });
});

const config =
  'name: Test\nurl: https://mcp.example.com\nid: mcp.example.com\nnamespace: com.example\nmain_branch: main\n';

test('reads files as a commit has them, in a folder of a larger repository too', async () => {
  commit('policy.yaml', 'x: 1\n');
  commit('servers/tiny.yaml', 'name: tiny\n');
  commit('trust/1.root.json', '{}');
  const id = commit('registry.yaml', config);
  writeFileSync(join(root, 'registry.yaml'), 'not: [yaml');
  writeFileSync(join(root, 'servers/other.yaml'), 'name: other\n');
  const { registry, names } = await currentInCommit(await cloneSource(root), id, new FileIndex('this program'));
  expect([registry?.value.name, [...names]]).toEqual(['Test', ['tiny']]);
  const target = join(top, 'elsewhere');
  await writeFilesAt(await cloneSource(root), id, 'trust', target);
  expect(execFileSync('ls', ['-R', target], { encoding: 'utf8' })).toContain('1.root.json');
});

test('takes a committed link for no file, whatever it leads to', async () => {
  commit('policy.yaml', 'x: 1\n');
  commit('registry.yaml', config);
  mkdirSync(join(root, 'servers'));
  execFileSync('ln', ['-s', '/etc/passwd', join(root, 'servers/link.yaml')]);
  const { problems } = await currentInCommit(await cloneSource(root), commit('a', '1'), new FileIndex('this program'));
  expect(problems).toContainEqual(expect.objectContaining({ code: 'no-plain-file', file: 'servers/link.yaml' }));
});

test('reads the same whatever git is configured to print, and wherever its variables point', async () => {
  commit('servers/tiny.lock.json', '{}');
  const first = commit('servers/tiny.yaml', 'name: tiny\n');
  git('mv', 'servers/tiny.yaml', 'servers/tinié.yaml');
  git('mv', 'servers/tiny.lock.json', 'servers/tinié.lock.json');
  const id = commit('servers/second.yaml', 'name: second\n');
  const before = await readHistory(root);
  const at = await commitOf(root, ['servers']);
  const settings = [
    ['log.showSignature', 'true'],
    ['core.quotePath', 'true'],
    ['diff.renames', 'copies'],
    ['diff.relative', 'false'],
    ['diff.noprefix', 'true'],
    ['diff.external', 'false'],
    ['diff.orderFile', '/dev/null'],
    ['log.follow', 'true'],
    ['format.pretty', 'oneline'],
    ['color.ui', 'always'],
  ] as const;
  for (const [name, value] of settings) git('config', name, value);
  git('replace', id, first);
  vi.stubEnv('GIT_DIR', '/nowhere');
  vi.stubEnv('GIT_LITERAL_PATHSPECS', '1');
  vi.stubEnv('GIT_EXTERNAL_DIFF', 'false');
  expect(await readHistory(root)).toEqual(before);
  expect([...before.keys()]).toEqual(['tiny', 'tinié']);
  expect(await commitOf(root, ['servers'])).toEqual(at);
  expect(await commitNamed(root, 'HEAD')).toBe(id);
  expect((await ask(root, 'rev-parse', 'HEAD')).trim()).toBe(id);
  vi.unstubAllEnvs();
});
