import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
// oxlint-disable-next-line no-restricted-imports -- builders for tests alone
import { temporaryFolder } from '../test/support/folder.ts';
import { baseCommit } from './base-commit.ts';

const git = (folder: string, ...words: string[]): string =>
  execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...words], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();

function commit(folder: string, text: string): string {
  writeFileSync(join(folder, 'registry.yaml'), text);
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--message', text);
  return git(folder, 'rev-parse', 'HEAD');
}

/** Main with two commits, and a branch `change` that left it after the first. */
let origin: string;
let left: string;
let tip: string;

beforeEach(async () => {
  origin = await temporaryFolder();
  git(origin, 'init', '--quiet', '--initial-branch', 'main');
  left = commit(origin, 'one');
  git(origin, 'switch', '--quiet', '--create', 'change');
  commit(origin, 'changed');
  git(origin, 'switch', '--quiet', 'main');
  tip = commit(origin, 'two');
});

async function clone(...words: string[]): Promise<string> {
  const folder = join(await temporaryFolder(), 'clone');
  git(origin, 'clone', '--quiet', ...words, `file://${origin}`, folder);
  return folder;
}

test('is where the branch left main', async () => {
  expect(await baseCommit(await clone('--branch', 'change'), undefined, 'main')).toBe(left);
});

test('is what was named, if the branch comes from it', async () => {
  const folder = await clone('--branch', 'change');
  expect(await baseCommit(folder, left, 'main')).toBe(left);
  expect(await baseCommit(folder, 'HEAD', 'main')).toBe(git(folder, 'rev-parse', 'HEAD'));
});

test('is main itself on main, however short its history', async () => {
  expect(await baseCommit(await clone('--depth', '1'), undefined, 'main')).toBe(tip);
});

test('is nothing outside git', async () => {
  expect(await baseCommit(await temporaryFolder(), undefined, 'main')).toBeUndefined();
});

test.each<[string, string[], string, RegExp]>([
  [
    'the checkout has one commit of the branch alone',
    ['--depth', '1', '--branch', 'change'],
    'main',
    /neither .* nor/u,
  ],
  [
    'the histories were cut before they meet',
    ['--depth', '1', '--no-single-branch', '--branch', 'change'],
    'main',
    /no commit in common, as far as this shallow checkout/u,
  ],
  ['there is no main branch of that name', ['--branch', 'change'], 'trunk', /neither origin\/trunk nor trunk/u],
])('is a failure where %s', async (_, words, main, message) => {
  await expect(baseCommit(await clone(...words), undefined, main)).rejects.toMatchObject({
    code: 'no-base',
    message: expect.stringMatching(message),
  });
});

test('is not a local main that has nothing to do with the one of the origin', async () => {
  const folder = await clone('--depth', '1', '--no-single-branch', '--branch', 'change');
  git(folder, 'switch', '--quiet', '--create', 'main');
  await expect(baseCommit(folder, undefined, 'main')).rejects.toMatchObject({ code: 'no-base' });
});

test('is a failure where the named commit is not in the history, with the way out', async () => {
  await expect(baseCommit(await clone('--branch', 'change'), 'origin/main', 'main')).rejects.toMatchObject({
    code: 'base-elsewhere',
    message: `origin/main (${tip.slice(0, 12)}) is not in the history of HEAD`,
    remedy: expect.stringContaining('merge origin/main'),
  });
  const shallow = await clone('--depth', '1', '--no-single-branch', '--branch', 'change');
  await expect(baseCommit(shallow, 'origin/main', 'main')).rejects.toMatchObject({
    code: 'base-elsewhere',
    remedy: expect.stringContaining('--unshallow'),
  });
});

test('may be any commit where a difference is only shown', async () => {
  const folder = await clone('--branch', 'change');
  expect(await baseCommit(folder, 'origin/main', 'main', { anywhere: true })).toBe(tip);
});

test('is wrong usage where git knows no such commit', async () => {
  const folder = await clone();
  await expect(baseCommit(folder, 'nowhere', 'main')).rejects.toMatchObject({ code: 'usage' });
  await expect(baseCommit(await temporaryFolder(), 'HEAD', 'main')).rejects.toMatchObject({ code: 'usage' });
});
