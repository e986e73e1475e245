import { expect, test } from 'vitest';
import type { Lock, LockedPackage } from '../../../schemas/types.ts';
import { aLock } from '../../../test/support/statements.ts';
import { checkIntegrity, knownPackages, newPackages } from './packages.ts';

const locked = (name: string, version: string, byte: string): LockedPackage => ({
  name,
  version,
  integrity: `sha512-${Buffer.alloc(64, byte).toString('base64')}`,
  tree: 'a'.repeat(64),
});

const lockOf = (...packages: readonly LockedPackage[]): Lock => ({
  ...aLock(),
  closure: {
    root: 'node_modules/0',
    packages: Object.fromEntries(packages.map((each, index) => [`node_modules/${index}`, each])),
  },
});

const a1 = locked('a', '1.0.0', 'a');
const a2 = locked('a', '2.0.0', 'b');
const b1 = locked('b', '1.0.0', 'c');

test('lists the packages that no lock had, each once and sorted', () => {
  const known = knownPackages([a1]);
  expect(newPackages(lockOf(b1, a2, b1, a1), known)).toEqual([a2, b1]);
  expect(newPackages(lockOf(a1), known)).toEqual([]);
});

test('treats every package as new when nothing was reviewed before', () => {
  expect(newPackages(lockOf(a1, b1), knownPackages([]))).toEqual([a1, b1]);
});

test('knows the versions of one name over several locks', () => {
  const known = knownPackages([a1, a2, a1, b1]);
  expect(known.byName('a')).toEqual([a1, a2]);
  expect(known.byName('constructor')).toEqual([]);
  expect([...known.names].sort()).toEqual(['a', 'b']);
});

test('knows the names of bundled packages, but no bytes of their own', () => {
  const known = knownPackages([{ ...a1, bundledNames: ['inner'] }]);
  expect([...known.names].sort()).toEqual(['a', 'inner']);
  expect(known.byName('inner')).toEqual([]);
});

test('finds other bytes under a version that was reviewed', () => {
  const exchanged = locked('a', '1.0.0', 'x');
  const known = knownPackages([a1]);
  const found = checkIntegrity(newPackages(lockOf(exchanged, a2), known), known);
  expect(found.map(({ rule, level, subject }) => `${rule} ${level} ${subject}`)).toEqual([
    'integrity-changed block a@1.0.0',
  ]);
});
