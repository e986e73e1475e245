import { describe, expect, test } from 'vitest';
import { aLock, aPackage, aPolicy } from '../../../test/support/statements.ts';
import type { Advisory } from './advisory.ts';
import { advisoryRules, checkAdvisories } from './rules.ts';

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

test('finds nothing where nothing is known', () => {
  expect(check({})).toEqual([]);
});
test('finds nothing in what is known of versions that are not locked', () => {
  expect(check({ 'zod@4.1.6': [advisory()], 'express@4.0.0': [advisory()] })).toEqual([]);
});
test('says what is known, how grave it is, and where it is fixed', () => {
  expect(check({ 'zod@4.1.5': [advisory()] })).toEqual([
    {
      rule: 'advisory',
      level: 'block',
      subject: 'zod@4.1.5 GHSA-aaaa-bbbb-cccc',
      message:
        'zod@4.1.5 has GHSA-aaaa-bbbb-cccc, CVE-2026-1 (A mail address hangs it.), of severity high, and policy.yaml blocks from high on; fixed in 4.1.6, 5.0.0',
      remedy: 'move to a version of the server with zod 4.1.6 or newer: `registry who-uses zod` shows what pulls it in',
    },
  ]);
});
test('has another remedy where there is no fix', () => {
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
test('says that an unknown severity blocks', () => {
  expect(check({ 'zod@4.1.5': [advisory({ severity: 'unknown' })] })[0]?.message).toContain(
    ', of unknown severity, and what is unknown blocks; ',
  );
});

describe('malware', () => {
  test.each(['low', 'unknown', 'critical'] as const)('blocks with severity %s, whatever the policy', (severity) => {
    expect(check({ 'tiny@1.0.3': [advisory({ malware: true, severity, fixedIn: [] })] }, 'critical')).toMatchObject([
      { rule: 'malware', level: 'block', subject: 'tiny@1.0.3 GHSA-aaaa-bbbb-cccc' },
    ]);
  });
});

test('finds a version once, wherever it lies, in order', () => {
  const twice = { 'node_modules/tiny': aPackage('tiny', '1.0.3') };
  const found = new Map([
    ['zod@4.1.5', [advisory()]],
    ['tiny@1.0.3', [advisory({ id: 'GHSA-1' }), advisory({ id: 'GHSA-2' })]],
  ]);
  expect(checkAdvisories(aLock({}, twice), found, aPolicy()).map(({ subject }) => subject)).toEqual([
    'tiny@1.0.3 GHSA-1',
    'tiny@1.0.3 GHSA-2',
    'zod@4.1.5 GHSA-aaaa-bbbb-cccc',
  ]);
});
test('keeps messages short, however many names and fixes there are', () => {
  const long = advisory({
    aliases: Array.from({ length: 1_000 }, (_, index) => `CVE-2026-${index}`),
    fixedIn: Array.from({ length: 1_000 }, (_, index) => `5.0.${index}`),
  });
  expect(check({ 'zod@4.1.5': [long] })[0]?.message.length).toBeLessThan(400);
});
test('names its rules once', () => {
  expect(advisoryRules.map(({ id }) => id)).toEqual(['advisory', 'malware']);
});
