import { expect, test } from 'vitest';
import { aLock, aPackage, npmClosure } from '../../test/support/statements.ts';
import type { Platform } from '../../core/platform.ts';
import type { Lock, LockedPackage } from '../../schemas/types.ts';
import type { Packages } from './places.ts';
import { packagesFor, runsOn, systemName } from './for-platform.ts';

const allOf = (lock: Lock): Packages => new Map(Object.entries(npmClosure(lock).packages));

const linux: Platform = { os: 'linux', cpu: 'x64', libc: () => 'glibc' };
const alpine: Platform = { os: 'linux', cpu: 'arm64', libc: () => 'musl' };
const mac: Platform = { os: 'darwin', cpu: 'arm64' };

const paths = (packages: Record<string, LockedPackage>, platform: Platform): string[] =>
  [...packagesFor('it', allOf(aLock({}, packages)), platform).keys()].filter((path) => path in packages);

test('takes every package that says nothing of platforms', () => {
  expect(Object.fromEntries(packagesFor('it', allOf(aLock()), linux))).toEqual(aLock().closure.packages);
});

test('takes optional packages on their own platform only', () => {
  const packages = {
    'node_modules/linux-only': aPackage('linux-only', '1.0.0', { os: ['linux'], optional: true }),
    'node_modules/arm-only': aPackage('arm-only', '1.0.0', { cpu: ['arm64'], optional: true }),
    'node_modules/musl-only': aPackage('musl-only', '1.0.0', { os: ['linux'], libc: ['musl'], optional: true }),
  };
  expect(paths(packages, linux)).toEqual(['node_modules/linux-only']);
  expect(paths(packages, mac)).toEqual(['node_modules/arm-only']);
});

test('leaves out what lies inside a package that is left out, however deep', () => {
  const packages = {
    'node_modules/w/node_modules/x/node_modules/y': aPackage('y', '1.0.0'),
    'node_modules/w/node_modules/x': aPackage('x', '1.0.0'),
    'node_modules/w': aPackage('w', '1.0.0', { os: ['win32'], optional: true }),
  };
  expect(paths(packages, linux)).toEqual([]);
  expect(paths(packages, { os: 'win32', cpu: 'x64' })).toHaveLength(3);
});

test('refuses a platform on which something that is needed does not run', () => {
  const packages = { 'node_modules/needed': aPackage('needed', '1.0.0', { os: ['win32'] }) };
  expect(() => packagesFor('internal-postgres', allOf(aLock({}, packages)), mac)).toThrow(
    expect.objectContaining({
      name: 'Refusal',
      code: 'E_UNSUPPORTED',
      message: 'internal-postgres needs needed@1.0.0, which does not run on darwin arm64',
    }),
  );
});

test('refuses it too where it lies inside a package that runs', () => {
  const packages = { 'node_modules/zod/node_modules/needed': aPackage('needed', '1.0.0', { os: ['win32'] }) };
  expect(() => packagesFor('it', allOf(aLock({}, packages)), linux)).toThrow(
    expect.objectContaining({ code: 'E_UNSUPPORTED' }),
  );
});

test.each<[string, Partial<LockedPackage>, Platform, string]>([
  ['no package asks for a C library', {}, alpine, 'linux-arm64'],
  ['a package does', { libc: ['musl'] }, alpine, 'linux-arm64-musl'],
  ['a package does, on a system that has only one', { libc: ['musl'] }, mac, 'darwin-arm64'],
])('names a platform where %s', (_, change, platform, name) => {
  expect(systemName(allOf(aLock({}, { 'node_modules/a': aPackage('a', '1.0.0', change) })), platform)).toBe(name);
});

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
