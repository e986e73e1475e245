import { describe, expect, test } from 'vitest';
import { aLock, aPackage, aPolicy } from '../../../test/support/statements.ts';
import { aPythonLock } from '../../../test/support/python-lock.ts';
import type { LockedPackage } from '../../../schemas/types.ts';
import type { Advisory } from './advisory.ts';
import { checkAdvisories } from './check.ts';
import { advisoryRules } from './rules.ts';

const advisory = (change: Partial<Advisory> = {}): Advisory => ({
  id: 'GHSA-aaaa-bbbb-cccc',
  aliases: ['CVE-2026-1'],
  severity: 'high',
  malware: false,
  summary: 'A mail address hangs it.',
  fixedIn: ['4.1.6', '5.0.0'],
  ...change,
});
const check = (found: Readonly<Record<string, readonly Advisory[]>>, block: 'low' | 'high' | 'critical' = 'high') =>
  checkAdvisories(aLock(), new Map(Object.entries(found)), aPolicy({ advisories: { source: 'npm:', block } }));

test('finds nothing when there are no advisories', () => {
  expect(check({})).toEqual([]);
});
test('ignores advisories about versions that are not locked', () => {
  expect(check({ 'zod@4.1.6': [advisory()], 'express@4.0.0': [advisory()] })).toEqual([]);
});
test('reports the advisory, its severity and the fixed version', () => {
  expect(check({ 'zod@4.1.5': [advisory()] })).toEqual([
    {
      rule: 'advisory',
      level: 'block',
      subject: 'zod@4.1.5 GHSA-aaaa-bbbb-cccc',
      message:
        'zod@4.1.5 has GHSA-aaaa-bbbb-cccc (high: A mail address hangs it.); policy.yaml blocks from high on; fixed in 4.1.6',
      remedy: 'move to a version of the server with zod 4.1.6 or newer: `registry who-uses zod` shows what pulls it in',
    },
  ]);
});
test.each<[string, Readonly<Record<string, LockedPackage>>, string]>([
  ['only there', {}, 'inner@2.0.0, bundled in zod@4.1.5, has '],
  ['also beside it', { 'node_modules/inner': aPackage('inner', '2.0.0') }, 'inner@2.0.0 has '],
])('finds a bundled package, and says where it is when it is %s', (_, packages, message) => {
  const bundled = [{ path: 'node_modules/inner', name: 'inner', version: '2.0.0' }];
  const lock = aLock({}, { 'node_modules/zod': aPackage('zod', '4.1.5', { bundled }), ...packages });
  const found = new Map([['inner@2.0.0', [advisory(), advisory({ id: 'MAL-2026-1', malware: true })]]]);
  expect(checkAdvisories(lock, found, aPolicy())).toMatchObject([
    { rule: 'malware', level: 'block', subject: 'inner@2.0.0 MAL-2026-1', message: expect.stringContaining(message) },
    { rule: 'advisory', subject: 'inner@2.0.0 GHSA-aaaa-bbbb-cccc', message: expect.stringContaining(message) },
  ]);
});
test('reports a Python package, with the fix that is last in the order of Python', () => {
  const found = new Map([
    ['starlette==1.7.0', [advisory({ fixedIn: ['1.9'] }), advisory({ id: 'PYSEC-1', fixedIn: ['1.10rc1'] })]],
    ['starlette@1.7.0', [advisory({ id: 'GHSA-npm' })]],
  ]);
  const lock = aPythonLock({ name: 'starlette', version: '1.7.0' });
  expect(checkAdvisories(lock, found, aPolicy())).toEqual([
    {
      rule: 'advisory',
      level: 'block',
      subject: 'starlette==1.7.0 GHSA-aaaa-bbbb-cccc PYSEC-1',
      message: expect.stringMatching(
        /^starlette==1\.7\.0 has GHSA-.*; policy\.yaml blocks from high on; all fixed in 1\.10rc1$/u,
      ),
      remedy:
        'move to a version of the server with starlette 1.10rc1 or newer: `registry who-uses starlette` shows what pulls it in',
    },
  ]);
});
test('has another remedy when there is no fix', () => {
  expect(check({ 'tiny@1.0.3': [advisory({ fixedIn: [] })] })).toMatchObject([
    {
      level: 'block',
      message: expect.stringMatching(/; no fixed version is known$/u),
      remedy:
        'there is nothing to update to: find a version of the server without tiny, or have the security team accept it in policy.yaml until a day',
    },
  ]);
});
test.each([
  ['high', 'high', 'block'],
  ['critical', 'high', 'block'],
  ['moderate', 'high', 'review'],
  ['low', 'low', 'block'],
  ['high', 'critical', 'review'],
  ['unknown', 'critical', 'block'],
] as const)('severity %s, where the policy blocks from %s on: %s', (severity, block, level) => {
  expect(check({ 'zod@4.1.5': [advisory({ severity })] }, block)).toMatchObject([{ rule: 'advisory', level }]);
});
test('reports that an unknown severity blocks', () => {
  expect(check({ 'zod@4.1.5': [advisory({ severity: 'unknown' })] })[0]?.message).toContain(
    'has GHSA-aaaa-bbbb-cccc (unknown severity: A mail address hangs it.); policy.yaml blocks from high on, and advisories without a severity; ',
  );
});

describe('several advisories about one version', () => {
  const several = [
    advisory({ id: 'GHSA-3', severity: 'low', summary: 'It leaks.', fixedIn: ['4.1.10', '5.0.1'] }),
    advisory({ id: 'GHSA-1', severity: 'moderate', summary: 'It hangs.', fixedIn: ['4.1.9'] }),
    advisory({ id: 'GHSA-2', severity: 'critical', summary: 'It obeys.', fixedIn: ['4.1.6'] }),
  ];
  test('are one observation with the highest severity and the version that fixes all', () => {
    expect(check({ 'zod@4.1.5': several })).toEqual([
      {
        rule: 'advisory',
        level: 'block',
        subject: 'zod@4.1.5 GHSA-1 GHSA-2 GHSA-3',
        message:
          'zod@4.1.5 has GHSA-2 (critical: It obeys.), GHSA-1 (moderate: It hangs.), GHSA-3 (low: It leaks.); policy.yaml blocks from high on; all fixed in 4.1.10',
        remedy:
          'move to a version of the server with zod 4.1.10 or newer: `registry who-uses zod` shows what pulls it in',
      },
    ]);
  });
  test('need a person when none of them blocks', () => {
    const [low, moderate] = several;
    expect(check({ 'zod@4.1.5': [low, moderate].flatMap((each) => each ?? []) })).toMatchObject([{ level: 'review' }]);
  });
  test('block when one of them has no severity, and this one comes first', () => {
    const found = check({ 'zod@4.1.5': [...several, advisory({ id: 'GHSA-4', severity: 'unknown' })] }, 'critical');
    expect(found).toMatchObject([{ level: 'block' }]);
    expect(found[0]?.message).toMatch(/^zod@4\.1\.5 has GHSA-4 \(unknown severity: /u);
  });
  test('have another remedy when some have no fix', () => {
    const [found] = check({ 'zod@4.1.5': [...several, advisory({ id: 'GHSA-4', severity: 'low', fixedIn: [] })] });
    expect(found?.message).toMatch(/GHSA-4 \(low, without a fix: .*; 1 without a fix, the rest fixed in 4\.1\.10$/u);
    expect(found?.remedy).toMatch(
      /zod 4\.1\.10 or newer: .*; for what has no fix, find a version of the server without/u,
    );
  });
  test('have no fixed version when none has a fix', () => {
    const [found] = check({ 'zod@4.1.5': several.map((each) => ({ ...each, fixedIn: [] })) });
    expect(found?.message).toMatch(/; no fixed version is known$/u);
    expect(found?.remedy).toMatch(/^there is nothing to update to: /u);
  });
});

describe('the subject', () => {
  const subjectOf = (found: readonly Advisory[], key = 'zod@4.1.5'): string =>
    check({ [key]: found })[0]?.subject ?? '';
  const many = (count: number, first = 0): Advisory[] =>
    Array.from({ length: count }, (_, index) =>
      advisory({ id: `GHSA-aaaa-bbbb-${String(first + index).padStart(4, '0')}` }),
    );
  test('does not depend on the order, and changes with each added or removed advisory', () => {
    expect(subjectOf(many(3).toReversed())).toBe(subjectOf(many(3)));
    expect(new Set([2, 3, 4].map((count) => subjectOf(many(count)))).size).toBe(3);
  });
  test('contains all ids if they fit', () => {
    const last = Math.floor((500 - 'zod@4.1.5'.length) / ' GHSA-aaaa-bbbb-0000'.length);
    expect(subjectOf(many(last))).toMatch(/-0023$/u);
    expect(subjectOf(many(last + 1))).toMatch(/^zod@4\.1\.5 GHSA-.* and \d+ more [0-9a-f]{16}$/u);
  });
  test('changes with an id that does not fit', () => {
    const [one, other] = [subjectOf(many(1_000)), subjectOf([...many(999), ...many(1, 5_000)])];
    expect(one).toMatch(/^zod@4\.1\.5 GHSA-aaaa-bbbb-0000 .* GHSA-aaaa-bbbb-0022 and 977 more [0-9a-f]{16}$/u);
    expect(other.slice(0, -16)).toBe(one.slice(0, -16));
    expect(other).not.toBe(one);
    expect(one.length).toBeLessThanOrEqual(500);
  });
  test('fits and stays unique with the longest names', () => {
    const name = 'n'.repeat(1_000);
    const subjects = [100, 101].map((count) => {
      const found = new Map([[`${name}@1.0.0`, many(count)]]);
      return checkAdvisories(aLock({}, { 'node_modules/long': aPackage(name, '1.0.0') }), found, aPolicy())[0]?.subject;
    });
    expect(subjects[0]).toHaveLength(500);
    expect(subjects[0]).not.toBe(subjects[1]);
  });
  test('of one version does not contain malware', () => {
    const both = [advisory(), advisory({ id: 'MAL-2026-1', malware: true })];
    expect(check({ 'zod@4.1.5': both }).map(({ rule, subject }) => `${rule}: ${subject}`)).toEqual([
      'malware: zod@4.1.5 MAL-2026-1',
      'advisory: zod@4.1.5 GHSA-aaaa-bbbb-cccc',
    ]);
  });
});

describe('malware', () => {
  test.each(['low', 'unknown', 'critical'] as const)('blocks with severity %s under any policy', (severity) => {
    expect(check({ 'tiny@1.0.3': [advisory({ malware: true, severity, fixedIn: [] })] }, 'critical')).toMatchObject([
      { rule: 'malware', level: 'block', subject: 'tiny@1.0.3 GHSA-aaaa-bbbb-cccc' },
    ]);
  });
  test('is an observation for each advisory, with its other names', () => {
    const two = ['MAL-2026-1', 'MAL-2026-2'].map((id) => advisory({ id, malware: true, fixedIn: [] }));
    expect(check({ 'tiny@1.0.3': two })).toMatchObject([
      {
        subject: 'tiny@1.0.3 MAL-2026-1',
        message:
          'tiny@1.0.3 has MAL-2026-1, CVE-2026-1 (A mail address hangs it.): malware, which always blocks; no fixed version is known',
      },
      { subject: 'tiny@1.0.3 MAL-2026-2' },
    ]);
  });
});

test('finds a version once, at any number of places, in order', () => {
  const twice = { 'node_modules/tiny': aPackage('tiny', '1.0.3') };
  const found = new Map([
    ['zod@4.1.5', [advisory()]],
    ['tiny@1.0.3', [advisory({ id: 'GHSA-1' }), advisory({ id: 'GHSA-2' })]],
  ]);
  expect(checkAdvisories(aLock({}, twice), found, aPolicy()).map(({ subject }) => subject)).toEqual([
    'tiny@1.0.3 GHSA-1 GHSA-2',
    'zod@4.1.5 GHSA-aaaa-bbbb-cccc',
  ]);
});
test('keeps messages short for any number of advisories, names and fixes', () => {
  const thousand = Array.from({ length: 1_000 }, (_, index) => index);
  const [aliases, fixedIn] = [thousand.map((index) => `CVE-2026-${index}`), thousand.map((index) => `5.0.${index}`)];
  const long = (index: number): Advisory =>
    advisory({ id: `${'x'.repeat(120)}${index}`, aliases, summary: '\u{1f600}'.repeat(150), fixedIn });
  const [found] = check({ 'zod@4.1.5': thousand.map(long) });
  expect(found?.message).toMatch(/ and 988 more; policy\.yaml blocks from high on; all fixed in 5\.0\.0$/u);
  expect(found?.message.length).toBeLessThan(3_000);
  expect(found?.message.isWellFormed()).toBe(true);
  const malware = check({ 'zod@4.1.5': [{ ...long(0), summary: 'It steals.', malware: true }] });
  expect(malware[0]?.message.length).toBeLessThan(400);
});
test('names its rules once', () => {
  expect(advisoryRules.map(({ id }) => id)).toEqual(['advisory', 'malware']);
});
