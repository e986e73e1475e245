import { expect, test } from 'vitest';
import type { Exception, Finding } from '../../schemas/types.ts';
import { aManifest, aPolicy } from '../../test/support/statements.ts';
import type { ServerFiles } from '../../catalog/registry-files.ts';
import type { Observation } from './finding.ts';
import { findingsUnder, strictest, verdictOf } from './verdict.ts';

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

test.each<[string, Partial<Observation>[], string]>([
  ['nothing', [], 'may-merge'],
  ['a note', [{ level: 'note' }], 'may-merge'],
  ['something to review', [{ level: 'note' }, { level: 'review' }], 'needs-a-person'],
  ['something that blocks', [{ level: 'review' }, { level: 'block' }], 'must-not-merge'],
])('gives the verdict on %s', (_, changes, expected) => {
  expect(
    verdictOf(
      judged(
        changes.map((change, index) => observation({ ...change, rule: `rule-${index}` })),
        [],
      ),
      [],
    ),
  ).toBe(expected);
});

test('does not pass a server when a check did not run', () => {
  expect(verdictOf([], [{ check: 'tools', result: 'not-run', detail: 'no sandbox' }])).toBe('needs-a-person');
  expect(verdictOf([], [{ check: 'tools', result: 'passed', detail: '' }])).toBe('may-merge');
});

test('passes a server whose findings are accepted', () => {
  expect(verdictOf(judged([observation()], [exception()]), [])).toBe('may-merge');
});

test('gives the strictest of several verdicts', () => {
  expect(strictest([])).toBe('may-merge');
  expect(strictest(['may-merge', 'must-not-merge', 'needs-a-person'])).toBe('must-not-merge');
  expect(strictest(['needs-a-person', 'may-merge'])).toBe('needs-a-person');
});
