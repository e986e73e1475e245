import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../test/support/folder.ts';
import { placeFolder, removeFolder, stagingName, sweepStaging } from './staging.ts';

const root = await temporaryFolder();
let staging: string;
let target: string;
let count = 0;

beforeEach(() => {
  const folder = join(root, String(count++));
  staging = join(folder, 'staging');
  target = join(folder, 'installed', 'a', '1.0.0');
});

const fillWith =
  (content: string) =>
  (folder: string): Promise<void> =>
    writeFile(join(folder, 'file'), content);

/** The number of a process that has ended. */
const deadProcess = (): number => spawnSync(process.execPath, ['-e', '0']).pid;

test('puts a folder in place when it is full, and leaves nothing in staging', async () => {
  await placeFolder(staging, target, async (folder) => {
    expect(folder.startsWith(staging)).toBe(true);
    await expect(readdir(target)).rejects.toThrow('ENOENT');
    await fillWith('x')(folder);
  });
  await expect(readFile(join(target, 'file'), 'utf8')).resolves.toBe('x');
  await expect(readdir(staging)).resolves.toEqual([]);
});

test('puts nothing in place where filling fails', async () => {
  const failing = placeFolder(staging, target, async (folder) => {
    await fillWith('x')(folder);
    throw new Error('the network is gone');
  });
  await expect(failing).rejects.toThrow('the network is gone');
  await expect(readdir(target)).rejects.toThrow('ENOENT');
  await expect(readdir(staging)).resolves.toEqual([]);
});

test('leaves the folder of another process that was faster', async () => {
  await placeFolder(staging, target, fillWith('first'));
  await placeFolder(staging, target, fillWith('second'));
  await expect(readFile(join(target, 'file'), 'utf8')).resolves.toBe('first');
  await expect(readdir(staging)).resolves.toEqual([]);
});

test('fails where something else failed, though the folder is there', async () => {
  await placeFolder(staging, target, fillWith('first'));
  const failing = placeFolder(staging, target, () => Promise.reject(new Error('the network is gone')));
  await expect(failing).rejects.toThrow('the network is gone');
});

test('says whether there was a folder to take away', async () => {
  await placeFolder(staging, target, fillWith('x'));
  await expect(removeFolder(staging, target)).resolves.toBe(true);
  await expect(removeFolder(staging, target)).resolves.toBe(false);
  await expect(readdir(staging)).resolves.toEqual([]);
});

test('fails where a folder cannot be taken away', async () => {
  await mkdir(join(target, '../..'), { recursive: true });
  await writeFile(join(target, '..'), 'a file in the place of a folder');
  await expect(removeFolder(staging, target)).rejects.toMatchObject({ code: 'ENOTDIR' });
});

test('sweeps what processes left that no longer run, and nothing of those that do', async () => {
  const host = hostname();
  const left = [`${deadProcess()}.${host}.one`, `${deadProcess()}.${host}.two`];
  const kept = [`${process.pid}.${host}.three`, `${process.ppid}.${host}.four`, stagingName()];
  for (const name of [...left, ...kept]) await mkdir(join(staging, name, 'node_modules'), { recursive: true });
  await expect(sweepStaging(staging)).resolves.toBe(left.length);
  expect((await readdir(staging)).sort()).toEqual(kept.sort());
});

test('sweeps nothing of another machine: its process numbers say nothing here', async () => {
  await mkdir(join(staging, `${deadProcess()}.other-${hostname()}.one`), { recursive: true });
  await expect(sweepStaging(staging)).resolves.toBe(0);
});

test('sweeps nothing where there is no staging', async () => {
  await expect(sweepStaging(staging)).resolves.toBe(0);
});

test('says so where a folder cannot be put in place and no other process did it', async () => {
  const failing = (): Promise<void> => Promise.reject(Object.assign(new Error('not allowed'), { code: 'EPERM' }));
  await expect(placeFolder(staging, target, failing)).rejects.toMatchObject({ code: 'not-writable' });
});
