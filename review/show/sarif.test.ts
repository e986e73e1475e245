import { expect, test } from 'vitest';
import type { Finding, Review, ReviewProblem } from '../../schemas/types.ts';
import { aReview, aServerReview } from '../../test/support/reviews.ts';
import type { Rule } from '../verdict/finding.ts';
import { sarifOf } from './sarif.ts';

const rules: readonly Rule[] = [
  { id: 'hidden-unicode', level: 'block', about: 'A text holds characters that nobody sees.' },
  { id: 'advisory', level: 'review', about: 'A package has an advisory.' },
  { id: 'maintainer', level: 'note', about: 'A package has a new maintainer.' },
];

const aFinding = (change: Partial<Finding> = {}): Finding => ({
  rule: 'hidden-unicode',
  level: 'block',
  server: 'memory',
  subject: 'read_graph',
  file: 'servers/memory.lock.json',
  message: 'the description holds U+202E',
  remedy: 'ask its publisher',
  ...change,
});

const aProblem = (change: Partial<ReviewProblem> = {}): ReviewProblem => ({
  code: 'unknown-field',
  file: 'servers/memory.yaml',
  line: 3,
  column: 5,
  message: 'there is no field `nmae`',
  remedy: 'did you mean `name`?',
  ...change,
});

const reviewOf = (findings: Finding[], problems: ReviewProblem[] = []): Review =>
  aReview({ verdict: 'must-not-merge', problems, servers: [aServerReview({ verdict: 'must-not-merge', findings })] });

interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly { physicalLocation: { artifactLocation: { uri: string }; region?: unknown } }[];
  readonly partialFingerprints: { readonly primaryLocationLineHash: string };
  readonly suppressions?: unknown;
}

interface Run {
  readonly tool: {
    readonly driver: { readonly rules: readonly { id: string; defaultConfiguration: { level: string } }[] };
  };
  readonly invocations: readonly { readonly toolExecutionNotifications?: readonly { message: { text: string } }[] }[];
  readonly results: readonly Result[];
}

function runOf(review: Review): Run {
  const { runs } = sarifOf(review, rules, '1.2.3') as { runs: Run[] };
  const [run, ...more] = runs;
  if (run === undefined || more.length > 0) throw new Error('there is one run');
  return run;
}

function resultOf(finding: Partial<Finding>): Result {
  const [result] = runOf(reviewOf([aFinding(finding)])).results;
  if (result === undefined) throw new Error('there is one result');
  return result;
}

test('writes a finding as GitHub reads it', () => {
  const text = { text: 'A text holds characters that nobody sees.' };
  const sarif = sarifOf(reviewOf([aFinding({ line: 7, column: 9 })]), rules.slice(0, 1), '1.2.3');
  expect(sarif).toEqual({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'countersign',
            semanticVersion: '1.2.3',
            rules: [
              {
                id: 'hidden-unicode',
                shortDescription: text,
                fullDescription: text,
                help: text,
                defaultConfiguration: { level: 'error' },
              },
            ],
          },
        },
        columnKind: 'utf16CodeUnits',
        invocations: [{ executionSuccessful: true }],
        results: [
          {
            ruleId: 'hidden-unicode',
            ruleIndex: 0,
            level: 'error',
            message: { text: 'memory: the description holds U+202E; ask its publisher' },
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: 'servers/memory.lock.json' },
                  region: { startLine: 7, startColumn: 9 },
                },
              },
            ],
            partialFingerprints: {
              primaryLocationLineHash: expect.stringMatching(/^[0-9a-f]{16}:1$/u),
              'countersign/v1': expect.stringMatching(/^[0-9a-f]{64}$/u),
            },
          },
        ],
      },
    ],
  });
});

test('lists all rules with their levels, also those that found nothing', () => {
  const { tool } = runOf(reviewOf([]));
  expect(tool.driver.rules.map(({ id, defaultConfiguration: { level } }) => [id, level])).toEqual([
    ['advisory', 'warning'],
    ['hidden-unicode', 'error'],
    ['maintainer', 'note'],
  ]);
});

test('lists problems before findings, and the most severe of those first', () => {
  const problems = [aProblem({ severity: 'warning', line: 9 }), aProblem({ code: 'bad-name' })];
  const findings = [
    aFinding({ rule: 'maintainer', level: 'note' }),
    aFinding({ rule: 'advisory', level: 'review' }),
    aFinding(),
  ];
  const { tool, results } = runOf(reviewOf(findings, problems));
  expect(results.map(({ ruleId, level }) => [ruleId, level])).toEqual([
    ['bad-name', 'error'],
    ['unknown-field', 'warning'],
    ['hidden-unicode', 'error'],
    ['advisory', 'warning'],
    ['maintainer', 'note'],
  ]);
  for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
});

test('uses the level of the finding when its rule has a more severe one', () => {
  expect(resultOf({ level: 'note' }).level).toBe('note');
});

test.each([
  ['servers/memory.yaml', 'servers/memory.yaml'],
  ['servers/a b#c?d%.yaml', 'servers/a%20b%23c%3Fd%25.yaml'],
  ['javascript:alert(1)', 'javascript%3Aalert(1)'],
  ['https://evil.example/x', 'https%3A/evil.example/x'],
  ['/etc/passwd', 'etc/passwd'],
  ['../../etc/passwd', 'etc/passwd'],
  [String.raw`servers\memory.yaml`, 'servers%5Cmemory.yaml'],
  ['servers/\ud800.yaml', 'servers/%EF%BF%BD.yaml'],
  ['', 'registry.yaml'],
])('places %j in the repository', (file, uri) => {
  expect(resultOf({ file }).locations[0]?.physicalLocation).toEqual({ artifactLocation: { uri } });
});

test.each([
  ['a link', '[here](https://evil.example)', '[here] (https://evil.example)'],
  ['a link to a result', '[x](sarif:/runs/0)', '[x] (sarif:/runs/0)'],
  ['a placeholder', 'wants {0}', 'wants {{0}}'],
  ['lines of its own', 'a\n\r# may merge', String.raw`a\u{a}\u{d}# may merge`.replaceAll(/[{}]/gu, '$&$&')],
  [
    'what nobody sees',
    'a\u202eb\u200bc\u{e0041}',
    String.raw`a\u{202e}b\u{200b}c\u{e0041}`.replaceAll(/[{}]/gu, '$&$&'),
  ],
])('removes %s from a message', (_, message, shown) => {
  expect(resultOf({ message }).message).toEqual({ text: `memory: ${shown}; ask its publisher` });
});

test('reports accepted findings and the reason', () => {
  const accepted = { reason: 'It is an emoji.\n# all is well', owner: 'security@example.com', expires: '2027-01-01' };
  expect(resultOf({ accepted }).suppressions).toEqual([
    { kind: 'external', status: 'accepted', justification: String.raw`It is an emoji.\u{a}# all is well` },
  ]);
  expect(resultOf({})).not.toHaveProperty('suppressions');
});

const hashOf = (finding: Partial<Finding>): string => resultOf(finding).partialFingerprints.primaryLocationLineHash;

test('identifies a finding by its rule, server and subject only', () => {
  const hash = hashOf({});
  expect(hashOf({ message: 'other', remedy: 'other', line: 99, level: 'note', file: 'other' })).toBe(hash);
  for (const change of [
    { rule: 'advisory' },
    { server: 'other' },
    { subject: 'other' },
    { server: 'memoryr', subject: 'ead_graph' },
  ])
    expect(hashOf(change)).not.toBe(hash);
});

test('distinguishes two findings of one rule about one subject', () => {
  const { results } = runOf(reviewOf([aFinding({ message: 'a' }), aFinding({ message: 'b' })]));
  const hashes = results.map(({ partialFingerprints }) => partialFingerprints.primaryLocationLineHash);
  expect(hashes.map((hash) => hash.slice(-2))).toEqual([':1', ':2']);
});

test('is the same for any order of findings and rules', () => {
  const findings = [aFinding(), aFinding({ subject: 'other' }), aFinding({ rule: 'advisory', level: 'review' })];
  const problems = [aProblem(), aProblem({ line: 1 })];
  const one = sarifOf(reviewOf(findings, problems), rules, '1.2.3');
  const other = sarifOf(reviewOf(findings.toReversed(), problems.toReversed()), rules.toReversed(), '1.2.3');
  expect(JSON.stringify(other)).toBe(JSON.stringify(one));
});

test.each([
  ['results', 30_000, 'x', 25_000],
  ['text', 5_000, 'x'.repeat(4_000), 2_000],
])('leaves out results when GitHub would not accept the number of %s, and says so', (_, count, message, least) => {
  const findings = Array.from({ length: count }, (__, index) =>
    aFinding({ message, subject: `s${index}`, ...(index % 2 === 0 && { rule: 'maintainer', level: 'note' }) }),
  );
  const { results, invocations } = runOf(reviewOf(findings));
  expect(results.length).toBeGreaterThanOrEqual(least);
  expect(results.length).toBeLessThanOrEqual(25_000);
  expect(results.findIndex(({ level }) => level === 'note')).not.toBe(0);
  expect(Buffer.byteLength(JSON.stringify(results))).toBeLessThan(10_000_000);
  expect(invocations[0]?.toolExecutionNotifications?.[0]?.message.text).toBe(
    `${count - results.length} results are left out because there are too many; the review has them all`,
  );
});
