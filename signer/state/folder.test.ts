import { spawnSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folder.ts';
import { folderState } from './folder.ts';

const ended = (): number => spawnSync(process.execPath, ['--version']).pid;

test.each([
  ['takes away the lock of a process that has ended', ended, true],
  ['takes away a lock that this process left, with a number that it was given again', () => process.pid, true],
  ['leaves the lock of a process that is running', () => process.ppid, false],
])('%s', async (_, holder, taken) => {
  const folder = await temporaryFolder();
  const state = folderState(folder);
  await state.create('a', Buffer.from('1'));
  await writeFile(join(folder, 'a.lock'), `${holder()}\n`);
  expect(await state.replace('a', Buffer.from('2'), (await state.read('a', 100))?.version)).toBe(taken);
  expect(await readFile(join(folder, 'a'), 'utf8')).toBe(taken ? '2' : '1');
  expect(await readdir(folder)).toEqual(taken ? ['a'] : ['a', 'a.lock']);
});
