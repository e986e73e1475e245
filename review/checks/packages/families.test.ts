import { expect, test } from 'vitest';
import type { LockedPackage } from '../../../schemas/types.ts';
import { aLock, aPart } from '../../../test/support/statements.ts';
import type { Observation } from '../../verdict/finding.ts';
import { familyOf, inFamilies } from './families.ts';

test.each([
  ['@esbuild/linux-x64', { os: ['linux'], cpu: ['x64'] }, '@esbuild/*'],
  ['@rollup/rollup-linux-x64-gnu', { os: ['linux'], cpu: ['x64'] }, '@rollup/rollup-*'],
  ['@img/sharp-libvips-linuxmusl-arm64', { os: ['linux'], cpu: ['arm64'] }, '@img/sharp-libvips-*'],
  ['@img/sharp-wasm32', { cpu: ['wasm32'] }, '@img/sharp-*'],
  ['@oven/bun-windows-x64-baseline', { os: ['win32'], cpu: ['x64'] }, '@oven/bun-*'],
  ['turbo-windows-64', { os: ['win32'], cpu: ['x64'] }, 'turbo-64-*'],
  ['fsevents', { os: ['darwin'] }, undefined],
  ['linux-x64', { os: ['linux'], cpu: ['x64'] }, undefined],
  ['@esbuild/linux-x64', {}, undefined],
])('names the family of %s that is for %o', (name, systems, family) => {
  expect(familyOf(aPart(name, '1.0.0', systems))).toBe(family);
});

const locked = (name: string, version = '1.0.0', os = ['linux']): LockedPackage => ({
  name,
  version,
  integrity: `sha512-${Buffer.from(name.padEnd(64).slice(0, 64)).toString('base64')}`,
  tree: 'a'.repeat(64),
  ...(os.length > 0 && { os }),
});

const lockOf = (...packages: readonly LockedPackage[]): ReturnType<typeof aLock> => ({
  ...aLock(),
  closure: {
    kind: 'npm',
    root: 'node_modules/0',
    packages: Object.fromEntries(packages.map((each, at) => [`node_modules/${at}`, each])),
  },
});

const seen = (subject: string, change: Partial<Observation> = {}): Observation => ({
  rule: 'package-license',
  level: 'block',
  subject,
  message: `${subject} is under LGPL`,
  remedy: 'ask',
  ...change,
});

const lock = lockOf(
  ...['@a/linux-x64', '@a/linux-arm64', '@a/win32-x64'].map((name) => locked(name)),
  locked('@a/linux-ia32', '2.0.0'),
  { ...locked('@a/wasm32', '1.0.0', []), optional: true },
  locked('@a/wasm', '1.0.0', []),
  locked('plain-linux-x64', '1.0.0', []),
  locked('plain-linux-arm64', '1.0.0', []),
);

test('makes one observation of a family, with the names of all its packages', () => {
  const found = ['@a/win32-x64', '@a/linux-x64', '@a/linux-arm64'].map((name) => seen(`${name}@1.0.0`));
  expect(inFamilies(found, lock)).toEqual([
    seen('@a/*@1.0.0', { message: '@a/*@1.0.0 is under LGPL (@a/linux-arm64, @a/linux-x64, @a/win32-x64)' }),
  ]);
});

test('takes what is for no system into a family only where it is optional', () => {
  const found = ['@a/linux-x64', '@a/wasm', '@a/wasm32'].map((name) => seen(`${name}@1.0.0`));
  expect(inFamilies(found, lock).map(({ subject }) => subject)).toEqual(['@a/*@1.0.0', '@a/wasm@1.0.0']);
});

test('says what differs in a family', () => {
  const found = [
    seen('@a/linux-x64@1.0.0'),
    seen('@a/win32-x64@1.0.0', { message: '@a/win32-x64@1.0.0 is under GPL' }),
  ];
  expect(inFamilies(found, lock)).toMatchObject([
    { message: '@a/*@1.0.0 is under LGPL (@a/linux-x64); @a/*@1.0.0 is under GPL (@a/win32-x64)' },
  ]);
});

test.each([
  ['packages of several versions', [seen('@a/linux-x64@1.0.0'), seen('@a/linux-ia32@2.0.0')]],
  ['several rules', [seen('@a/linux-x64@1.0.0'), seen('@a/win32-x64@1.0.0', { rule: 'cooldown' })]],
  ['several levels', [seen('@a/linux-x64@1.0.0'), seen('@a/win32-x64@1.0.0', { level: 'review' })]],
  ['packages that run everywhere', [seen('plain-linux-x64@1.0.0'), seen('plain-linux-arm64@1.0.0')]],
  ['one package of a family', [seen('@a/linux-x64@1.0.0')]],
])('leaves %s apart', (_, found) => {
  expect(inFamilies(found, lock)).toEqual(found);
});
