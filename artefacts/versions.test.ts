import { expect, test } from 'vitest';
import type { PackageType } from './part.ts';
import { compareVersions, isInRange, isRange, isVersion, publishedVersion } from './versions.ts';

test.each<[PackageType, readonly string[]]>([
  ['npm', ['1.0.0-alpha.2', '1.0.0-alpha.10', '1.0.0', '1.0.0+1', '1.0.0+2', '1.9.0', '1.10.0', '1.0', 'latest']],
  [
    'pypi',
    [
      ...['1.0.dev1', '1.0a2', '1.0a10', '1.0rc1', '1.0', '1.0+local', '1.0.post1', '1.9', '1.10', '2026.10.19'],
      ...['1!0.1', '1.0-SNAPSHOT', 'latest'],
    ],
  ],
])('puts the versions of %s in the order of the registry, and what it cannot read last', (type, ordered) => {
  const sorted = (versions: readonly string[]): string[] => versions.toSorted((a, b) => compareVersions(type, a, b));
  expect(sorted(ordered.toReversed())).toEqual(ordered);
  expect(sorted(ordered)).toEqual(ordered);
});

test('knows the versions of PyPI that are spelled in another way', () => {
  expect(compareVersions('pypi', '1.0', '1.0.0')).toBe(0);
  expect(compareVersions('pypi', '1.0rc1', 'v1.0-RC.1')).toBe(0);
});

test.each<[PackageType, string, boolean]>([
  ['npm', '1.0.0', true],
  ['npm', '1.0', false],
  ['npm', '2026.8.18', true],
  ['pypi', '1.0', true],
  ['pypi', '312', true],
  ['pypi', '1.0-SNAPSHOT', false],
  ['pypi', '', false],
])('says of %s %j whether it is a version', (type, version, expected) => {
  expect(isVersion(type, version)).toBe(expected);
});

test.each<[PackageType, string, string]>([
  ['npm', '1.0.0+build.5', '1.0.0'],
  ['npm', 'latest', 'latest'],
  ['pypi', '2.1.0+cpu', '2.1.0'],
  ['pypi', '2.1.0rc1', '2.1.0rc1'],
  ['pypi', 'latest', 'latest'],
])('%s publishes %s as %s', (type, version, expected) => {
  expect(publishedVersion({ type, version })).toBe(expected);
});

test.each<[PackageType, string, string, boolean]>([
  ['npm', '1.0.0-rc.1', '<1.0.0', true],
  ['npm', '1.2.0', '^1.0.0', true],
  ['npm', '1.2.0', '1.2.0', true],
  ['npm', 'latest', '>=0.0.0', false],
  ['npm', 'latest', '*', true],
  ['npm', '1.2.0', '!=1.0.0', false],
  ['pypi', '0.27.2', '<0.28', true],
  ['pypi', '0.28.1', '<0.28', false],
  ['pypi', '0.28.1', '>=0.28, !=0.28.0', true],
  ['pypi', '0.28', '0.28.0', true],
  ['pypi', '0.28', '0.28.1', false],
  ['pypi', '0.28+local', '0.28', true],
  ['pypi', '0.28rc1', '>=0.27', true],
  ['pypi', '1.0-SNAPSHOT', '>=0', false],
  ['pypi', '1.0-SNAPSHOT', '*', true],
  ['pypi', '1.2.0', '^1.0.0', false],
])('%s %s is in %s: %s', (type, version, range, expected) => {
  expect(isInRange({ type, version }, range)).toBe(expected);
});

test.each<[PackageType, string, boolean]>([
  ['npm', '*', true],
  ['npm', '^1.2.0 || 2', true],
  ['npm', '!=1.0.0', false],
  ['npm', ' ', false],
  ['pypi', '*', true],
  ['pypi', '<0.28', true],
  ['pypi', '0.28.1', true],
  ['pypi', '^1.2.0', false],
  ['pypi', '<1.2.0 || 2', false],
  ['pypi', '', false],
])('%s has the range %j: %s', (type, range, expected) => {
  expect(isRange(type, range)).toBe(expected);
});
