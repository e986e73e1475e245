import { expect, test } from 'vitest';
import type { Lock, LockedPackage } from '../../../schemas/types.ts';
import { aLock } from '../../../test/support/statements.ts';
import { partAt } from '../../../artefacts/npm/parts.ts';
import { checkIntegrity, knownPackages, newParts, type KnownPackages } from './packages.ts';

const locked = (name: string, version: string, byte: string): LockedPackage => ({
  name,
  version,
  integrity: `sha512-${Buffer.alloc(64, byte).toString('base64')}`,
  tree: 'a'.repeat(64),
});

const lockOf = (...packages: readonly LockedPackage[]): Lock => ({
  ...aLock(),
  closure: {
    kind: 'npm',
    root: 'node_modules/0',
    packages: Object.fromEntries(packages.map((each, index) => [`node_modules/${index}`, each])),
  },
});

const a1 = locked('a', '1.0.0', 'a');
const a2 = locked('a', '2.0.0', 'b');
const b1 = locked('b', '1.0.0', 'c');

const known = (...packages: readonly LockedPackage[]): KnownPackages =>
  knownPackages(packages.map((each) => partAt('', each)));
const added = (lock: Lock, before: KnownPackages): unknown[] => newParts(lock, before).map(({ entry }) => entry);

test('lists the packages that no lock had, each once and sorted', () => {
  expect(added(lockOf(b1, a2, b1, a1), known(a1))).toEqual([a2, b1]);
  expect(added(lockOf(a1), known(a1))).toEqual([]);
});

test('treats every package as new when nothing was reviewed before', () => {
  expect(added(lockOf(a1, b1), known())).toEqual([a1, b1]);
});

test('knows the versions of one name over several locks', () => {
  const { versions, names } = known(a1, a2, a1, b1);
  expect(versions({ type: 'npm', name: 'a' })).toMatchObject([
    { integrity: a1.integrity },
    { integrity: a2.integrity },
  ]);
  expect(versions({ type: 'npm', name: 'constructor' })).toEqual([]);
  expect([...names('npm')].sort()).toEqual(['a', 'b']);
});

test('knows the names of bundled packages, but no bytes of their own', () => {
  const { versions, names } = knownPackages([{ ...partAt('', a1), bundledNames: [{ type: 'npm', name: 'inner' }] }]);
  expect([...names('npm')].sort()).toEqual(['a', 'inner']);
  expect(versions({ type: 'npm', name: 'inner' })).toEqual([]);
});

test('finds other bytes under a version that was reviewed', () => {
  const exchanged = locked('a', '1.0.0', 'x');
  const before = known(a1);
  const found = checkIntegrity(newParts(lockOf(exchanged, a2), before), before);
  expect(found.map(({ rule, level, subject }) => `${rule} ${level} ${subject}`)).toEqual([
    'integrity-changed block a@1.0.0',
  ]);
});
