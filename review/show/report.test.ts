import { describe, expect, test } from 'vitest';
import type { Exception } from '../../schemas/types.ts';
import { aManifest } from '../../test/support/statements.ts';
import type { Observation } from '../verdict/finding.ts';
import { reportLines, reportMarkdown, withAcceptance, type Report } from './report.ts';

const period = { today: '2026-11-20', within: 30 };
const finding: Observation = {
  rule: 'advisory',
  level: 'block',
  subject: 'zod@4.1.5 GHSA-aaaa-bbbb-cccc',
  message: 'zod@4.1.5 has GHSA-aaaa-bbbb-cccc (high); policy.yaml blocks from high on; fixed in 4.1.6',
  remedy: 'update',
};
const empty: Report = {
  ...period,
  accessReviews: [],
  approvals: [],
  deprecated: [],
  advisories: { source: { source: 'folder:advisories', asOf: '2026-11-19', records: 40 }, servers: [] },
  exceptions: [],
};
const full: Report = {
  ...empty,
  accessReviews: [
    { server: 'past', date: '2026-11-19', days: -1, what: 'reviewed on 2026-05-23' },
    { server: 'now', date: '2026-11-20', days: 0, what: 'reviewed on 2026-05-24' },
    { server: 'soon', date: '2026-12-01', days: 11, what: 'reviewed on 2026-06-04' },
  ],
  approvals: 'no approvals are stored here',
  deprecated: [{ server: 'old', what: 'every version' }],
  advisories: {
    ...empty.advisories,
    servers: [{ server: 'bad', findings: [finding, { ...finding, acceptedUntil: '2026-12-24' }] }],
  },
};

test('lists what is due and when, in lines that fit', () => {
  expect(reportLines(full)).toEqual([
    'Report of 2026-11-20, until 2026-12-20',
    '',
    'Access reviews due',
    '  2026-11-19 (1 day ago) past',
    '    reviewed on 2026-05-23',
    '  2026-11-20 (today) now',
    '    reviewed on 2026-05-24',
    '  2026-12-01 (in 11 days) soon',
    '    reviewed on 2026-06-04',
    '',
    'Approvals that expire',
    '  no approvals are stored here',
    '  not known',
    '',
    'Deprecated servers',
    '  old',
    '    every version',
    '',
    'Servers with advisories',
    '  from folder:advisories, as of 2026-11-19',
    '  bad',
    '    zod@4.1.5 has GHSA-aaaa-bbbb-cccc (high); policy.yaml blocks from high on;',
    '    fixed in 4.1.6',
    '  bad',
    '    accepted until 2026-12-24: zod@4.1.5 has GHSA-aaaa-bbbb-cccc (high);',
    '    policy.yaml blocks from high on; fixed in 4.1.6',
    '',
    'Exceptions that end',
    '  none until 2026-12-20',
  ]);
});
test('reports every empty part', () => {
  expect(reportLines(empty).filter((line) => line.startsWith('  none'))).toHaveLength(5);
});
test('does not report that there are no advisories when the source does not answer', () => {
  const unknown = { ...empty, advisories: { servers: [] } };
  expect(reportLines(unknown)).toContain('  not known: the source cannot be read');
  expect(reportMarkdown(unknown)).toContain('not known: the source cannot be read');
});
test('shows today as the date of a service', () => {
  const service = { ...empty, advisories: { source: { source: 'npm:', asOf: null }, servers: [] } };
  expect(reportLines(service)).toContain('  from npm:, as of 2026-11-20');
});

describe('in Markdown', () => {
  test('is a table for every part', () => {
    const lines = reportMarkdown(full);
    expect(lines[0]).toBe('# Report of 2026-11-20, until 2026-12-20');
    expect(lines).toContain('| 2026-12-01 | in 11 days | <code>soon</code> | <code>reviewed on 2026-06-04</code> |');
    expect(lines.filter((line) => line.startsWith('## '))).toHaveLength(5);
  });
  test.each([
    ['a row', 'x |\n| 2026-01-01 | today | forged | all is well'],
    ['a mention', 'thanks @example/security'],
    ['a link', '[here](https://evil.example.com) or www.evil.example.com'],
    ['an image', '![](https://evil.example.com/pixel)'],
    ['HTML', '</code></td><script>alert(1)</script><!--'],
    ['code', '`` ` ``` | x'],
    ['a heading', '\n# All is well\n'],
    ['a character reference', '&lt;b&gt; &#64;team'],
    ['an escape', '\\| x \\'],
    ['hidden characters', 'a\u202eb\u0007c\u2028d'],
  ])('keeps %s in its cell', (_, what) => {
    const lines = reportMarkdown({ ...empty, exceptions: [{ server: 'x', date: '2026-11-20', days: 0, what }] });
    expect(lines).toHaveLength(reportMarkdown({ ...empty, exceptions: [{ server: 'x', what: 'y' }] }).length);
    const [, cell = ''] =
      /^\| 2026-11-20 \| today \| <code>x<\/code> \| <code>(.*)<\/code> \|$/u.exec(lines.at(-1) ?? '') ?? [];
    expect(cell).toMatch(/^(?:[A-Za-z0-9 ,;()'-]|&#\d+;)+$/u);
  });
});

describe('what an exception accepts', () => {
  const exception: Exception = {
    rule: 'advisory',
    server: 'bad',
    artefact: 'npm:@example/mcp-postgres',
    subject: finding.subject,
    reason: 'It is not reached.',
    owner: 'security@example.com',
    expires: '2026-11-21',
  };
  const { subject: _, ...forAll } = exception;
  const bad = aManifest({ name: 'bad' });
  test.each<[string, Exception, string | undefined]>([
    ['is accepted until its end', exception, '2026-11-21'],
    ['may be all that the rule finds', forAll, '2026-11-21'],
    ['is not accepted on the day of its end', { ...exception, expires: '2026-11-20' }, undefined],
    ['is nothing of another server', { ...exception, server: 'other' }, undefined],
    ['is nothing of another artefact', { ...exception, artefact: 'npm:@example/former' }, undefined],
    ['is nothing of another rule', { ...exception, rule: 'malware' }, undefined],
    ['is no other thing', { ...exception, subject: 'zod@4.1.5 GHSA-other' }, undefined],
  ])('%s', (_name, given, until) => {
    expect(withAcceptance(bad, [finding], [given], period)[0]?.findings[0]?.acceptedUntil).toBe(until);
  });
  test('is never malware, as in the review', () => {
    const malware = { ...exception, rule: 'malware' };
    const found = { ...finding, rule: 'malware' };
    expect(withAcceptance(bad, [found], [malware], period)[0]?.findings).toEqual([found]);
  });
  test('is left out when nothing was found', () => {
    expect(withAcceptance(bad, [], [exception], period)).toEqual([]);
  });
});
