import { expect, test } from 'vitest';
import { aPackage } from '../test/support/statements.ts';
import type { LockedPackage } from '../schemas/types.ts';
import { runsOn, thisPlatform, type Platform } from './platform.ts';

const linux: Platform = { os: 'linux', cpu: 'x64', libc: () => 'glibc' };
const alpine: Platform = { os: 'linux', cpu: 'arm64', libc: () => 'musl' };
const mac: Platform = { os: 'darwin', cpu: 'arm64' };

test.each<[Partial<LockedPackage>, Platform, boolean]>([
  [{}, linux, true],
  [{ os: [] }, linux, true],
  [{ os: ['any'] }, mac, true],
  [{ os: ['linux'] }, linux, true],
  [{ os: ['linux'] }, mac, false],
  [{ os: ['win32', 'linux'] }, linux, true],
  [{ os: ['!linux'] }, linux, false],
  [{ os: ['!linux'] }, mac, true],
  [{ os: ['!win32', '!linux'] }, mac, true],
  [{ os: ['linux', '!linux'] }, linux, false],
  [{ os: ['linux', '!win32'] }, mac, false],
  [{ cpu: ['x64'] }, linux, true],
  [{ cpu: ['x64'] }, mac, false],
  [{ os: ['linux'], cpu: ['arm64'] }, linux, false],
  [{ os: ['darwin'], cpu: ['arm64'] }, mac, true],
  [{ libc: ['glibc'] }, linux, true],
  [{ libc: ['glibc'] }, alpine, false],
  [{ libc: ['musl'] }, alpine, true],
  [{ libc: ['glibc'] }, mac, false],
  [{ libc: ['glibc', 'musl'] }, mac, false],
])('a package with %j on %j: %s', (change, platform, runs) => {
  expect(runsOn(aPackage('a', '1.0.0', change), platform)).toBe(runs);
});

test('knows the platform that it runs on', () => {
  const platform = thisPlatform();
  expect(platform).toMatchObject({ os: process.platform, cpu: process.arch });
  expect('libc' in platform).toBe(process.platform === 'linux');
});
