import { expect, test } from 'vitest';
import type { LifecycleEntry, LifecycleState } from '../schemas/types.ts';
import { canHold, holds, isVersionSet, lifecycleOf, nextBuild } from './lifecycle.ts';

test.each([
  ['<1.2.0', '1.1.9', true],
  ['<1.2.0', '1.2.0', false],
  ['<1.2.0', '1.2.0-rc.1', true],
  ['<=1.2.0', '1.2.0', true],
  ['>=1.0.0 <2.0.0', '1.9.9', true],
  ['>=1.0.0 <2.0.0', '2.0.0', false],
  ['1.x || 3.x', '3.4.5', true],
  ['1.x || 3.x', '2.0.0', false],
  ['^1.2.0', '1.3.0-beta', true],
  ['*', '0.0.1-alpha', true],
  ['*', '99.0.0', true],
  ['1.2.0', '1.2.0', true],
  ['1.2.0', '1.2.0+build.7', true],
  ['<1.2.0', '1.1.0+build.7', true],
  ['1.2.0 - 1.4.0', '1.4.0', true],
  ['*', '1.10', true],
  ['*', 'latest', true],
  ['>=0.0.0', '1.10', false],
  ['<2027', '2026-04', false],
])('the range %s and the version %s: %s', (range, version, held) => {
  expect(holds(range, version)).toBe(held);
});

test.each([
  [['1.10', '2026-04'], '1.10', true],
  [['1.10', '2026-04'], '1.1', false],
  [['1.2.0'], '1.2.0+build.7', false],
  [['<1.2.0'], '1.1.0', false],
  [[], '1.0.0', false],
])('the list %j and the version %s: %s', (list, version, held) => {
  expect(holds(list, version)).toBe(held);
});

test.each([
  ['<1.2.0', true],
  ['1.x || >=2', true],
  [['whatever', '1.0'], true],
  ['latest', false],
  ['<one', false],
  ['1.2.0 || ^^', false],
])('%j says something about versions: %s', (versions, says) => {
  expect(isVersionSet(versions)).toBe(says);
});

const entry = (state: LifecycleEntry['state'], versions: string, reason = ''): LifecycleEntry => ({
  versions,
  state,
  since: '2026-05-01',
  reason,
});

test.each<[LifecycleState | undefined, LifecycleEntry[]]>([
  [undefined, []],
  [undefined, [entry('revoked', '<1.0.0')]],
  ['deprecated', [entry('deprecated', '*'), entry('revoked', '<1.0.0')]],
  ['revoked', [entry('deprecated', '*'), entry('revoked', '*'), entry('withdrawn', '*')]],
  ['withdrawn', [entry('withdrawn', '*'), entry('deprecated', '*')]],
])('finds the most severe entry: %s', (state, entries) => {
  expect(lifecycleOf(entries, '1.2.0')?.state).toBe(state);
});

test.each([
  ['<1.2.0', '1.2.0', true],
  ['<1.2.0', '1.10', false],
  ['*', '1.10', true],
  [['1.9'], '1.10', true],
])('the versions %j can say something about %s: %s', (versions, version, can) => {
  expect(canHold(versions, version)).toBe(can);
});

test.each([
  ['1.2.0', '1.2.0+1'],
  ['1.2.0+1', '1.2.0+2'],
  ['1.2.0+9', '1.2.0+10'],
  ['1.2.0-rc.1', '1.2.0-rc.1+1'],
  ['1.2.0+linux', '1.2.0+1'],
  ['1.10', '1.10+1'],
])('gives after %s the version %s', (version, next) => {
  expect(nextBuild(version)).toBe(next);
});

const ends = (reason: string, sunset?: string): LifecycleEntry => ({
  ...entry('deprecated', '*', reason),
  ...(sunset !== undefined && { sunset }),
});

test('finds of equally grave entries the one that ends a version first', () => {
  const entries = [ends('never'), ends('late', '2027-01-01'), ends('early', '2026-06-01')];
  expect(lifecycleOf(entries, '1.2.0')?.reason).toBe('early');
  expect(lifecycleOf(entries.toReversed(), '1.2.0')?.reason).toBe('early');
});

test('finds the first of two equally grave entries, and leaves the list as it is', () => {
  const entries = [entry('deprecated', '*', 'old'), entry('revoked', '*', 'first'), entry('revoked', '*', 'second')];
  expect(lifecycleOf(entries, '1.2.0')?.reason).toBe('first');
  expect(entries.map(({ reason }) => reason)).toEqual(['old', 'first', 'second']);
});
