import { expect, test } from 'vitest';
import type { Exception, Finding, Gain, ReviewCheck, Verdict } from '../../schemas/types.ts';
import { aManifest, aPolicy } from '../../test/support/statements.ts';
import type { ServerFiles } from '../../catalog/registry-files.ts';
import type { Observation } from './finding.ts';
import { findingsUnder, strictest, verdictOf, type Judged } from './verdict.ts';

const manifest = aManifest();
const server: ServerFiles = {
  name: manifest.name,
  manifest: { file: 'servers/internal-postgres.yaml', value: manifest, locate: () => ({ line: 3, column: 5 }) },
  manifestBytes: Buffer.alloc(0),
  hasLockFile: false,
};

const observation = (change: Partial<Observation> = {}): Observation => ({
  rule: 'install-script',
  level: 'block',
  subject: 'a@1.0.0',
  message: 'a runs code',
  remedy: 'look',
  ...change,
});

const exception = (change: Partial<Exception> = {}): Exception => ({
  rule: 'install-script',
  server: manifest.name,
  artefact: 'npm:@example/mcp-postgres',
  reason: 'it only updates a list',
  owner: 'security@example.com',
  expires: '2027-01-01',
  ...change,
});

const today = '2026-11-21';

const judged = (made: readonly Observation[], ...exceptions: readonly (readonly Exception[])[]): Finding[] =>
  findingsUnder(server, () => made, { policies: exceptions.map((each) => aPolicy({ exceptions: [...each] })), today });

test('gives a finding the place of its field and the name of its server', () => {
  expect(judged([observation({ field: ['license'] })], [])).toEqual([
    {
      rule: 'install-script',
      level: 'block',
      server: 'internal-postgres',
      subject: 'a@1.0.0',
      file: 'servers/internal-postgres.yaml',
      line: 3,
      column: 5,
      message: 'a runs code',
      remedy: 'look',
    },
  ]);
});

test('accepts what an exception names, until it expires', () => {
  const by = { reason: 'it only updates a list', owner: 'security@example.com', expires: '2027-01-01' };
  expect(judged([observation()], [exception()])[0]?.accepted).toEqual(by);
  expect(judged([observation()], [exception({ subject: 'a@1.0.0' })])[0]?.accepted).toEqual(by);
});

test.each<[string, Partial<Exception>]>([
  ['another rule', { rule: 'cooldown' }],
  ['another server', { server: 'memory' }],
  ['another artefact', { artefact: 'npm:@example/former' }],
  ['another subject', { subject: 'b@1.0.0' }],
  ['a day that has come', { expires: today }],
])('accepts nothing with an exception for %s', (_, change) => {
  expect(judged([observation()], [exception(change)])[0]?.accepted).toBeUndefined();
});

test('never accepts malware', () => {
  expect(judged([observation({ rule: 'malware' })], [exception({ rule: 'malware' })])[0]?.accepted).toBeUndefined();
});

test('does not accept what only the policy of the change accepts', () => {
  expect(judged([observation()], [], [exception()])[0]?.accepted).toBeUndefined();
  expect(judged([observation()], [exception()], [])[0]?.accepted).toBeUndefined();
  expect(judged([observation()], [exception()], [exception()])[0]?.accepted).toBeDefined();
});

test('uses the stricter level of two policies, and keeps what only one of them finds', () => {
  const [before, after] = [
    aPolicy({ packages: { cooldown_days: 0, install_scripts: 'deny' } }),
    aPolicy({ packages: { cooldown_days: 0, install_scripts: 'review' } }),
  ];
  const found = findingsUnder(
    server,
    ({ packages }) => [
      observation({ level: packages.install_scripts === 'deny' ? 'block' : 'review' }),
      ...(packages.install_scripts === 'deny' ? [] : [observation({ rule: 'other' })]),
    ],
    { policies: [before, after], today },
  );
  expect(found.map(({ rule, level }) => `${rule} ${level}`)).toEqual(['install-script block', 'other block']);
});

test('cuts texts that are longer than a review allows', () => {
  const [found] = judged([observation({ subject: 'x'.repeat(9_000), message: '\u{1f600}'.repeat(9_000) })], []);
  expect(found?.subject).toHaveLength(500);
  expect(found?.message.length).toBeLessThanOrEqual(4_000);
  expect(found?.message.isWellFormed()).toBe(true);
});

const check = (result: ReviewCheck['result']): ReviewCheck => ({ check: 'tools', result, detail: '' });

const verdict = (change: Partial<Judged>): Verdict =>
  verdictOf({ change: 'changed', gains: [], findings: [], checks: [], ...change });

const found = (...levels: Observation['level'][]): Finding[] =>
  judged(
    levels.map((level, index) => observation({ level, rule: `rule-${index}` })),
    [],
  );

const gained: Gain = { verb: 'gains', what: 'the host', subject: 'api.example.com:443' };

test.each<[string, Partial<Judged>, Verdict, Verdict]>([
  ['nothing', {}, 'may-merge', 'nothing-due'],
  ['a note', { findings: found('note') }, 'may-merge', 'nothing-due'],
  ['something to review', { findings: found('note', 'review') }, 'needs-a-person', 'to-look-at'],
  ['something that blocks', { findings: found('review', 'block') }, 'must-not-merge', 'due'],
  ['a file with problems', { isBroken: true }, 'must-not-merge', 'due'],
  ['what is accepted', { findings: judged([observation()], [exception()]) }, 'may-merge', 'nothing-due'],
  ['a check that did not run', { checks: [check('not-run')] }, 'needs-a-person', 'to-look-at'],
  ['a check that passed', { checks: [check('passed')] }, 'may-merge', 'nothing-due'],
  ['something gained', { gains: [gained] }, 'needs-a-person', 'to-look-at'],
  [
    'something gained, and something that blocks',
    { gains: [gained], findings: found('block') },
    'must-not-merge',
    'due',
  ],
])('gives the verdict on %s: of a change, and of what does not change', (_, change, merging, standing) => {
  expect(verdict(change)).toBe(merging);
  expect(verdict({ ...change, change: 'new' })).toBe(merging);
  expect(verdict({ ...change, change: 'unchanged' })).toBe(standing);
});

test('gives the strictest of several verdicts', () => {
  expect(strictest([])).toBe('may-merge');
  expect(strictest([], 'nothing-due')).toBe('nothing-due');
  expect(strictest(['may-merge', 'must-not-merge', 'needs-a-person'])).toBe('must-not-merge');
  expect(strictest(['needs-a-person', 'may-merge'])).toBe('needs-a-person');
  expect(strictest(['nothing-due', 'due', 'to-look-at'])).toBe('due');
});

test('does not judge a change by servers that it does not change', () => {
  expect(strictest(['due', 'may-merge'])).toBe('may-merge');
  expect(strictest(['due', 'must-not-merge'])).toBe('must-not-merge');
});
