import { expect, test } from 'vitest';
import { mostSevereFirst, reaches, withoutTwins, type Advisory } from './advisory.ts';

const advisory = (id: string, change: Partial<Advisory> = {}): Advisory => ({
  id,
  aliases: [],
  severity: 'unknown',
  malware: false,
  fixedIn: [],
  ...change,
});

test.each([
  ['critical', 'high', true],
  ['high', 'high', true],
  ['moderate', 'high', false],
  ['low', 'low', true],
  ['unknown', 'critical', true],
] as const)('%s reaches the bound %s: %s', (severity, bound, expected) => {
  expect(reaches(severity, bound)).toBe(expected);
});

test('puts unknown severities first, then the most severe', () => {
  const severities = ['low', 'critical', 'unknown', 'moderate', 'high'] as const;
  const all = [...severities.map((severity) => advisory(severity, { severity })), advisory('a', { severity: 'high' })];
  expect(mostSevereFirst(all).map(({ id }) => id)).toEqual(['unknown', 'critical', 'a', 'high', 'moderate', 'low']);
});

test('joins equal advisories of several databases, under the best-known name', () => {
  const both = [
    advisory('CVE-2025-1', { severity: 'low', summary: 'of the CVE', fixedIn: ['2.0.0', '1.10.0'] }),
    advisory('GHSA-aaaa-bbbb-cccc', {
      aliases: ['CVE-2025-1'],
      severity: 'high',
      summary: 'of GitHub',
      fixedIn: ['1.9.0', '2.0.0'],
    }),
  ];
  const expected = [
    {
      id: 'GHSA-aaaa-bbbb-cccc',
      aliases: ['CVE-2025-1'],
      severity: 'high',
      malware: false,
      summary: 'of GitHub',
      fixedIn: ['1.9.0', '1.10.0', '2.0.0'],
    },
  ];
  expect(withoutTwins('npm', both)).toEqual(expected);
  expect(withoutTwins('npm', both.toReversed())).toEqual(expected);
});
test('sorts the fixes of Python packages as Python does', () => {
  const both = [
    advisory('a', { aliases: ['b'], fixedIn: ['1.0.post1', '1.10'] }),
    advisory('b', { fixedIn: ['1.9', '1.0rc1'] }),
  ];
  expect(withoutTwins('pypi', both)).toMatchObject([{ fixedIn: ['1.0rc1', '1.0.post1', '1.9', '1.10'] }]);
});
test('joins two advisories through a third that names both', () => {
  const three = [
    advisory('MAL-2025-1', { malware: true, aliases: ['CVE-2025-2'] }),
    advisory('GHSA-aaaa-bbbb-cccc', { aliases: ['CVE-2025-1'] }),
    advisory('CVE-2025-1', { aliases: ['CVE-2025-2'] }),
  ];
  for (const order of [three, three.toReversed(), [three[1], three[2], three[0]] as Advisory[]])
    expect(withoutTwins('npm', order)).toEqual([
      expect.objectContaining({
        id: 'GHSA-aaaa-bbbb-cccc',
        aliases: ['MAL-2025-1', 'CVE-2025-1', 'CVE-2025-2'],
        malware: true,
      }),
    ]);
});
test('keeps unrelated advisories separate, in order', () => {
  expect(withoutTwins('npm', [advisory('GHSA-b'), advisory('GHSA-a')]).map(({ id }) => id)).toEqual([
    'GHSA-a',
    'GHSA-b',
  ]);
});
