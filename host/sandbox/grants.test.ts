import { chmod, mkdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
// oxlint-disable-next-line no-restricted-imports -- builders for tests alone
import { temporaryFolder } from '../../test/support/folder.ts';
import type { Refusal } from '../../core/refusal.ts';
import { grantedBinds, type Guard } from './grants.ts';

let home: string;
const at = (...paths: string[]): string => join(home, ...paths);
const guard = (executed: readonly string[] = []): Guard => ({
  protected: ['.ssh', '.bashrc', '.config/autostart'].map((path) => ({ path: at(path), is: 'a secret' })),
  executed: executed.map((path) => at(path)),
});

beforeEach(async () => {
  home = await realpath(await temporaryFolder());
  for (const file of ['.ssh/key', '.config/own/settings', 'project/bin/tool', 'project/notes', 'notes']) {
    await mkdir(dirname(at(file)), { recursive: true });
    await writeFile(at(file), '');
  }
});

/** What is shown, in order: `w` before what may be changed. */
const shown = (paths: Record<string, boolean>, executed?: readonly string[]): string[] =>
  grantedBinds('memory', new Map(Object.entries(paths)), guard(executed)).binds.map(
    ({ path, at: place = path, write }) =>
      `${write ? 'w' : 'r'} ${place.replace(home, '~')}${place === path || path.startsWith(home) ? '' : ` = ${path}`}`,
  );

test('shows a folder without anything protected as a whole', () => {
  expect(shown({ [at('project')]: true })).toEqual(['w ~/project']);
  expect(shown({ [at('project/notes')]: false })).toEqual(['r ~/project/notes']);
});

test('shows of a folder with something protected only the rest, and so where nothing protected is there yet', () => {
  expect(shown({ [home]: true })).toEqual(['w ~/.config/own', 'w ~/notes', 'w ~/project']);
  expect(shown({ [at('.config')]: false })).toEqual(['r ~/.config/own']);
});

test.each(['.ssh', '.ssh/key'])('refuses a grant of %s', (path) => {
  expect(() => shown({ [at(path)]: false })).toThrow('is a secret');
});

test.each(['.bashrc', '.ssh/later', '.config/autostart/new'])(
  'gives nothing for a grant of %s before it exists',
  (path) => {
    expect(shown({ [at(path)]: true })).toEqual([]);
  },
);

test('refuses a link to what is protected, and follows others by both names', async () => {
  await symlink(at('.ssh'), at('innocent'));
  await symlink(at('project'), at('by-link'));
  expect(() => shown({ [at('innocent')]: false })).toThrow(expect.objectContaining({ code: 'E_SANDBOX' }) as Refusal);
  expect(shown({ [at('by-link')]: true })).toEqual(['w ~/by-link', 'w ~/project']);
});

test('lets nothing that is executed be changed, nor a folder above it be replaced', async () => {
  await mkdir(at('project/deep/bin'), { recursive: true });
  expect(shown({ [at('project')]: true }, ['project/deep/bin'])).toEqual([
    'w ~/project',
    'w ~/project/deep',
    'r ~/project/deep/bin',
  ]);
  expect(() => shown({ [at('project/bin')]: true }, ['project/bin'])).toThrow('programs are started from');
  expect(() => shown({ [at('project/bin/tool')]: true }, ['project/bin'])).toThrow('programs are started from');
  expect(shown({ [at('project/bin')]: false }, ['project/bin'])).toEqual(['r ~/project/bin']);
});

test('keeps hooks and settings of git, also where there are no hooks yet', async () => {
  await mkdir(at('project/.git/objects'), { recursive: true });
  await writeFile(at('project/.git/config'), '');
  expect(shown({ [at('project')]: true })).toEqual([
    'w ~/project',
    'w ~/project/.git',
    'r ~/project/.git/config',
    'r ~/project/.git/hooks',
  ]);
  expect(shown({ [at('project')]: false })).toEqual(['r ~/project']);
});

test('hides what a client starts in a project, and follows no link to do so', async () => {
  await mkdir(at('project/.cursor'));
  await writeFile(at('project/.cursor/mcp.json'), '{}');
  await symlink(at('.config'), at('project/.claude'));
  await writeFile(at('.config/settings.json'), '{}');
  expect(shown({ [at('project')]: true })).toEqual([
    'w ~/project',
    'w ~/project/.cursor',
    'r ~/project/.cursor/mcp.json = /dev/null',
  ]);
});

test('refuses sockets, relative paths and the whole machine', async () => {
  const server = createServer().listen(at('agent.sock'));
  onTestFinished(() => void server.close());
  for (const path of [at('agent.sock'), 'project', `${home}/project/../.ssh`, '/'])
    expect(() => shown({ [path]: false }), path).toThrow(expect.objectContaining({ code: 'E_SANDBOX' }) as Refusal);
});

test('says what does not exist, and shows of two grants the one that allows more', async () => {
  const { missing } = grantedBinds('memory', new Map([[at('later'), true]]), guard());
  expect(missing).toEqual([at('later')]);
  expect(shown({ [home]: false, [at('project')]: true })).toEqual([
    'r ~/.config/own',
    'r ~/notes',
    'r ~/project',
    'w ~/project',
  ]);
});

test('passes by a folder that this account may not list', async () => {
  await mkdir(at('.config/closed/autostart'), { recursive: true });
  await chmod(at('.config/closed'), 0o000);
  expect(shown({ [at('.config')]: false })).toContain('r ~/.config/own');
  await chmod(at('.config/closed'), 0o700);
});
