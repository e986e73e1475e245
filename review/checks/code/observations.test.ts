/**
 * For the eight committed servers (306 packages, 127 MB), with nothing approved before, these rules find five things, none of
 * which blocks:
 * - code-environment, server-everything: it has a tool that shows the environment.
 * - code-eval, depd 1: makes functions with the names of those that it wraps.
 * - code-eval, playwright-core: evaluates what a test asks for, in the page and in its own trace viewer.
 * - code-eval, playwright: imports modules through eval, so that no compiler changes it.
 * - code-agent-configuration, playwright: has a command that writes definitions of agents into a project.
 */
import { expect, test } from 'vitest';
import { codeRules } from './rules.ts';
import type { Asks } from './loaded.ts';
import { codeObservations } from './observations.ts';
import type { CodeFinding, CodeReport, NotScanned } from './report.ts';

const finding = (rule: string, change: Partial<CodeFinding> = {}): CodeFinding => ({
  rule,
  file: 'index.js',
  value: '',
  count: 1,
  ...change,
});

const report = (version: string, findings: readonly CodeFinding[] | NotScanned, name = 'sample'): CodeReport => ({
  type: 'npm',
  name,
  version,
  integrity: `sha512-${name}-${version}`,
  result:
    typeof findings === 'string' ? { kind: 'not-scanned', why: findings } : { kind: 'scanned', findings, asks: [] },
});

const told = (reports: readonly CodeReport[], before: readonly CodeReport[] = []): string[] =>
  codeObservations(reports, before).map(({ level, rule, subject }) => `${level} ${rule} ${subject}`);

test('makes one observation for each package and rule, with three files and the number of others', () => {
  const found = ['d', 'c', 'b', 'a', 'e'].map((name) => finding('code-eval', { file: `${name}.js`, value: 'eval' }));
  expect(
    codeObservations([report('1.0.0', [...found, finding('code-eval', { file: 'a.js', value: 'Function' })])], []),
  ).toEqual([
    {
      rule: 'code-eval',
      level: 'review',
      subject: 'sample@1.0.0',
      integrity: 'sha512-sample-1.0.0',
      message: 'sample@1.0.0 runs text as code: "a.js", "b.js", "c.js" and 2 more',
      remedy:
        'read what these files do there, and say in the review why it is harmless; `npm pack sample@1.0.0` fetches them',
    },
  ]);
});

test('says the first lines in each file', () => {
  const found = [
    finding('code-eval', { value: 'eval', lines: [4, 9] }),
    finding('code-eval', { value: 'Function', lines: [2, 9, 12] }),
    finding('code-eval', { file: 'lib/b.js', lines: [1] }),
  ];
  expect(codeObservations([report('1.0.0', found)], [])[0]?.message).toContain('"index.js:2,4,9", "lib/b.js:1"');
});

const asking = ([name, ...paths]: readonly [string, ...string[]]): Asks =>
  new Map([[name, { paths: new Set(paths), isNamed: true, unloaded: [] }]]);

test('counts what is only in files that nothing loads one level less, and leaves the rest as it is', () => {
  const found = [
    finding('code-runs-decoded', { file: 'test/a.js', unloaded: ['test/a.js', 'test/all.js'] }),
    finding('code-eval', { file: 'test/a.js', unloaded: ['test/a.js', 'test/all.js'] }),
    finding('code-eval'),
  ];
  const levels = (asks: Asks): string[] =>
    codeObservations([report('1.0.0', found)], [], { before: 'anything', now: asks }).map(
      ({ level, rule }) => `${level} ${rule}`,
    );
  expect(levels(new Map())).toEqual(['review code-eval', 'note code-eval', 'review code-runs-decoded']);
  const loaded = ['review code-eval', 'block code-runs-decoded'];
  expect(levels('anything')).toEqual(loaded);
  for (const path of ['test/all.js', 'test/all', 'test/a', 'all', 'test/', ''])
    expect([path, levels(asking(['sample', path]))]).toEqual([path, loaded]);
  expect(levels(asking(['sample', 'test/b.js', 'lib/a']))).toHaveLength(3);
  expect(levels(asking(['another', 'test/all.js']))).toHaveLength(3);
});

test('leaves out weak findings in a package that was never approved', () => {
  const weak = [finding('code-import', { weak: true }), finding('code-encoded-texts', { weak: true })];
  expect(told([report('1.0.0', [...weak, finding('code-command')])])).toEqual(['review code-command sample@1.0.0']);
});

test('counts everything in a new version that the earlier version did not have', () => {
  const before = report('1.0.0', [finding('code-eval'), finding('code-import', { weak: true, count: 2 })]);
  expect(
    told([report('1.1.0', [finding('code-eval'), finding('code-import', { weak: true, count: 2 })])], [before]),
  ).toEqual([]);
  expect(
    told(
      [report('1.1.0', [finding('code-eval', { file: 'other.js' }), finding('code-import', { weak: true, count: 3 })])],
      [before],
    ),
  ).toEqual(['review code-eval sample@1.1.0', 'review code-import sample@1.1.0']);
  expect(told([report('1.1.0', [finding('code-eval', { value: 'Function' })])], [before])).toHaveLength(1);
});

test('compares with every version of the package that was approved, and with no other package', () => {
  const now = report('2.0.0', [finding('code-monkey-patch', { weak: true })]);
  const had = [finding('code-monkey-patch', { weak: true })];
  expect(told([now], [report('1.0.0', []), report('1.1.0', had)])).toEqual([]);
  expect(told([now], [report('1.0.0', []), report('1.1.0', had, 'other')])).toHaveLength(1);
});

test('ignores an earlier version that was not scanned', () => {
  const now = report('2.0.0', [finding('code-import', { weak: true }), finding('code-eval')]);
  expect(told([now], [report('1.0.0', 'bounds')])).toEqual(['review code-eval sample@2.0.0']);
});

test('counts what our own patterns find, also when the earlier version had it', () => {
  const found = [finding('code-runs-decoded'), finding('code-bidi')];
  expect(told([report('1.1.0', found)], [report('1.0.0', found)])).toEqual([
    'review code-bidi sample@1.1.0',
    'block code-runs-decoded sample@1.1.0',
  ]);
});

test('finds nothing in bytes that are approved, and counts the same bytes only once', () => {
  const found = report('1.0.0', [finding('code-eval')]);
  expect(told([found], [found])).toEqual([]);
  expect(told([found, found])).toHaveLength(1);
});

test.each([
  ['bounds', 'the scan took more time or memory than allowed'],
  ['crash', 'the scanner crashed on it'],
  ['size', 'it, or a file in it, is too large'],
  ['archive', 'its tarball cannot be read'],
] as const)('blocks a package that was not scanned: %s', (why, reason) => {
  expect(codeObservations([report('1.0.0', why)], [report('0.9.0', [])])).toMatchObject([
    { rule: 'code-not-scanned', level: 'block', message: `the code of sample@1.0.0 was not scanned: ${reason}` },
  ]);
});

test('sorts packages, and the rules of each package', () => {
  const found = [finding('code-eval'), finding('code-bidi')];
  expect(told([report('1.0.0', found, 'b'), report('1.0.0', found, 'a')])).toEqual([
    'review code-bidi a@1.0.0',
    'review code-eval a@1.0.0',
    'review code-bidi b@1.0.0',
    'review code-eval b@1.0.0',
  ]);
});

test('gives every rule its own id, in order', () => {
  const ids = codeRules.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)].sort());
  expect(ids.every((id) => /^code(-[a-z]+)+$/u.test(id))).toBe(true);
});
