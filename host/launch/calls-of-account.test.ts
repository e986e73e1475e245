import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folder.ts';
import { CallsOfAccount } from './calls-of-account.ts';

const start = new Date('2026-12-01T12:00:10Z').getTime();
let folder: string;
let clock: number;

beforeEach(async () => {
  folder = join(await temporaryFolder(), 'registry', 'tiny');
  clock = start;
});

const process = (most = 5): CallsOfAccount => new CallsOfAccount(folder, most, () => clock);

test('counts the calls of all processes in a minute, and says when the next begins', () => {
  const [first, second] = [process(), process()];
  expect([first, second, first, second, first].map((each) => each.take())).toEqual([0, 0, 0, 0, 0]);
  expect([first.take(), second.take(), process().take()]).toEqual([50_000, 50_000, 50_000]);
  clock += 50_000;
  expect([first.take(), second.take(), process().take()]).toEqual([0, 0, 0]);
});

test('keeps the file of this minute alone', () => {
  const here = process();
  here.take();
  clock += 60_000;
  here.take();
  clock += 60_000;
  here.take();
  expect(readdirSync(folder)).toEqual([`${Math.floor(clock / 60_000)}`]);
});

test('goes on where the clock was set back', () => {
  const here = process(1);
  expect(here.take()).toBe(0);
  clock -= 3_600_000;
  expect(here.take()).toBe(0);
  expect(here.take()).toBeGreaterThan(0);
});

test('refuses no call where nothing can be counted', async () => {
  folder = join(await temporaryFolder(), 'file', 'tiny');
  writeFileSync(join(folder, '..'), '');
  const here = process(1);
  expect([here.take(), here.take()]).toEqual([0, 0]);
  rmSync(join(folder, '..'));
  clock += 60_000;
  expect([here.take(), here.take() > 0]).toEqual([0, true]);
});
