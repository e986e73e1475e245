import { execFile, spawnSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
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

test('repairs what a process left that was killed at any write', async () => {
  const url = (path: string): string => JSON.stringify(join(import.meta.dirname, path));
  const dieAtWrite = join(import.meta.dirname, '../../test/support/die-at-write.ts');
  let lived = false;
  let writes = 0;
  while (!lived) {
    const folder = await temporaryFolder();
    const state = folderState(folder);
    await state.create('status.json', Buffer.from('before'));
    const script = `
      const { folderState } = await import(${url('folder.ts')});
      const state = folderState(${JSON.stringify(folder)});
      await state.create('approvals/a/1.json', Buffer.from('approved'));
      const { version } = await state.read('status.json', 100);
      await state.replace('status.json', Buffer.from('after'), version);`;
    lived = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      env: { NODE_OPTIONS: `--import=${dieAtWrite}`, DIE_AT_WRITE: String(++writes) },
    }).then(
      () => true,
      () => false,
    );
    const status = await state.read('status.json', 100);
    expect(['before', 'after']).toContain(status?.bytes.toString());
    await state.create('approvals/a/1.json', Buffer.from('approved'));
    expect(await state.replace('status.json', Buffer.from('repaired'), status?.version)).toBe(true);
    const paths: string[] = [];
    for await (const { path } of state.list('')) paths.push(path);
    expect(paths.sort()).toEqual(['approvals/a/1.json', 'status.json']);
    expect((await state.read('approvals/a/1.json', 100))?.bytes.toString()).toBe('approved');
  }
  expect(writes).toBeGreaterThan(10);
});
