import { expect, test } from 'vitest';
import type { Finding, Gain, Review, ServerReview, Verdict } from '../../schemas/types.ts';
import { aReview, aServerReview } from '../../test/support/reviews.ts';
import { reviewPage, serverPage } from './page.ts';

const finding = (change: Partial<Finding> = {}): Finding => ({
  rule: 'install-script',
  level: 'block',
  server: 'memory',
  subject: 'a@1.0.0',
  file: 'servers/memory.lock.json',
  message: 'a@1.0.0 runs code when it is installed',
  remedy: 'find out what the script does',
  ...change,
});

const none = { changes: new Map<string, string>() };
const headings = (page: string): string[] => page.split('\n').filter((line) => line.startsWith('#'));
const rows = (page: string): number => page.split('\n').filter((line) => line.startsWith('|')).length;

const gain = (change: Partial<Gain> = {}): Gain => ({
  verb: 'gains',
  what: 'the host',
  subject: 'api.example.com:443',
  ...change,
});
const lines = (page: string, shown: number): string[] => page.split('\n').slice(0, shown);
const first = (change: Partial<Review>): string | undefined => reviewPage(aReview(change), none).split('\n')[0];
const one = (change: Partial<ServerReview>): Partial<Review> => ({
  verdict: change.verdict ?? 'needs-a-person',
  servers: [aServerReview({ verdict: 'needs-a-person', ...change })],
});

test('names in the first line what a server gains, and then what to do', () => {
  const gains = [gain(), gain({ what: 'the variable', subject: 'TOKEN' })];
  expect(lines(reviewPage(aReview(one({ gains })), none), 8)).toEqual([
    '# A person must look: it gains the host `api.example.com:443` and the variable `TOKEN`',
    '',
    '**What to do**',
    '',
    '1. Decide whether the server needs what it gains for what it is there to do.',
    '1. Then one of each must approve: `platform`.',
    '',
    '',
  ]);
});

test.each<[string, Partial<Review>, string]>([
  ['nothing', {}, 'May be merged: nothing that a person must decide was found'],
  ['no server', { servers: [] }, 'May be merged: no server changes'],
  [
    'a lost label beside a gain',
    one({ gains: [gain(), gain({ verb: 'loses', what: 'the label', subject: 'destructive: drop' })] }),
    'A person must look: it gains the host `api.example.com:443`, loses the label `destructive: drop`',
  ],
  [
    'many gains',
    one({ gains: ['a', 'b', 'c', 'd', 'e', 'f'].map((subject) => gain({ subject })) }),
    'A person must look: it gains the host `a`, the host `b`, the host `c` and the host `d`, and 2 more changes of this kind',
  ],
  [
    'a new server that asks for something',
    one({ change: 'new', gains: [gain()] }),
    'A person must look: it is new here and gains the host `api.example.com:443`',
  ],
  [
    'a finding to decide',
    one({ findings: [finding({ level: 'review' })] }),
    'A person must look: it has 1 finding to decide, `a@1.0.0 runs code when it is installed`',
  ],
  [
    'a check that did not run',
    one({ checks: [{ check: 'tools', result: 'not-run', detail: '' }] }),
    'A person must look: tools did not run',
  ],
  [
    'findings that block',
    one({ verdict: 'must-not-merge', findings: [finding(), finding({ subject: 'b' })] }),
    'Must not be merged: it has 2 findings that block, first `a@1.0.0 runs code when it is installed`',
  ],
  [
    'problems of files',
    {
      verdict: 'must-not-merge',
      servers: [],
      problems: [{ code: 'x', file: 'a', message: 'no field', remedy: 'write it' }],
    },
    'Must not be merged: the files have 1 problem, first `no field`',
  ],
  [
    'no base',
    { verdict: 'needs-a-person', base: null },
    'A person must look: there is no base, so nothing was compared',
  ],
  [
    'a finding in what does not change',
    one({ verdict: 'due', change: 'unchanged', findings: [finding()] }),
    'Something is due: it has 1 finding that blocks, `a@1.0.0 runs code when it is installed`',
  ],
  [
    'main in order',
    { verdict: 'nothing-due', servers: [] },
    'Nothing is due: nothing that a person must decide was found',
  ],
])('says in the first line: %s', (_, change, expected) => {
  expect(first(change)).toBe(`# ${expected}`);
});

test.each<Verdict>(['due', 'to-look-at', 'nothing-due'])(
  'never says of main, which is %s, that it must not be merged',
  (verdict) => {
    const server = aServerReview({ change: 'unchanged', verdict, findings: [finding()] });
    const page = reviewPage(aReview({ verdict, servers: [server] }), none);
    expect(`${page}${serverPage(server)}`).not.toMatch(/merge/iu);
  },
);

test('shows findings before what changes, and folds the checks', () => {
  const page = reviewPage(aReview(one({ findings: [finding({ level: 'review' }), finding({ level: 'note' })] })), {
    changes: new Map([['memory', '**permissions**']]),
    linkTo: (file, line) => `https://forge.example/${file}#${line}`,
  });
  expect(headings(page).slice(1)).toEqual([
    '## `memory` `1.0.0`, changed: a person must look',
    '### Findings',
    '### What changes',
  ]);
  expect(page).toContain('<details><summary>1 note</summary>');
  expect(page).toContain('<details><summary>checks: 1 passed</summary>');
  expect(page).toContain('[`servers/memory.lock.json`](https://forge.example/servers/memory.lock.json#undefined)');
});

test('lists several servers, the most severe first, each with its reasons', () => {
  const page = reviewPage(
    aReview({
      verdict: 'must-not-merge',
      servers: [
        aServerReview({ name: 'fine' }),
        aServerReview({ name: 'half', verdict: 'needs-a-person', gains: [gain()] }),
        aServerReview({ verdict: 'must-not-merge', findings: [finding()] }),
      ],
    }),
    none,
  );
  expect(page.split('\n').filter((line) => line.startsWith('- '))).toEqual([
    '- `memory` must not be merged: it has 1 finding that blocks, `a@1.0.0 runs code when it is installed`.',
    '- `half` a person must look: it gains the host `api.example.com:443`.',
    '- `fine` may be merged.',
  ]);
  expect(page).toContain('1. Approve nothing yet.');
  expect(page).toContain('1. `a@1.0.0`: find out what the script does.');
  expect(page).toContain('npx registry diff bbbbbbbbbbbb\n');
});

test('shows accepted findings separately, with reason, owner and end', () => {
  const accepted = { reason: 'it only updates a list', owner: 'security@example.com', expires: '2027-01-01' };
  const page = reviewPage(aReview({ servers: [aServerReview({ findings: [finding({ accepted })] })] }), none);
  expect(page).toContain('<details><summary>1 accepted by the policy</summary>');
  expect(page).toContain('it only updates a list `security@example.com`, until 2027-01-01');
  expect(page).toMatch(/^# May be merged/u);
});

test('lists the problems of the files', () => {
  const problems = [
    { code: 'unknown-field', file: 'servers/a.yaml', line: 3, message: 'no field', remedy: 'take it away' },
  ];
  const page = reviewPage(aReview({ verdict: 'must-not-merge', problems, servers: [] }), none);
  expect(page).toContain('| `servers/a.yaml:3` | `unknown-field` `no field` | take it away |');
  expect(page).toContain('1. `no field`: take it away.');
});

const hostile = [
  'x | y |\n| --- | --- |\n| may | be |',
  '`code` ``` fence\n# May be merged\n',
  '<h1>May be merged</h1><img src=x>',
  '@security #1 octo/repo#2 GH-3 https://evil.example',
  '[May be merged](javascript:alert(1)) ![](x)',
  '\u202eegrem\u202c\u200b\u{e0041}',
  '\r\n- `memory` may be merged.\r\n',
];

test.each(hostile)('keeps hostile text in its cell: %j', (text) => {
  const all = (what: string): string =>
    reviewPage(
      aReview({
        problems: [{ code: 'x', file: what, message: what, remedy: what }],
        advisories: { source: what, asOf: null },
        servers: [
          aServerReview({
            reviewers: [what],
            gains: [gain({ subject: what })],
            checks: [{ check: 'policy', result: 'passed', detail: what }],
            provenance: { kind: 'verified', repository: what, workflow: what, commit: 'c'.repeat(40) },
            findings: [
              finding({ subject: what, message: what, remedy: what }),
              finding({ subject: what, accepted: { reason: what, owner: 'a@b.example', expires: '2027-01-01' } }),
            ],
          }),
        ],
      }),
      none,
    );
  const [page, harmless] = [all(text), all('harmless')];
  // The first line quotes the first of them.
  const ours = (line: string): string => line.replaceAll(/(`+)[^\n]*?[^`]\1(?!`)/gu, '');
  expect(headings(page).map(ours)).toEqual(headings(harmless).map(ours));
  expect(rows(page)).toBe(rows(harmless));
  expect(page.split('\n')).toHaveLength(harmless.split('\n').length);
  expect(page).not.toMatch(/\u202e|\u200b|\u{e0041}/u);
  // Outside code, nobody is mentioned, and there is no image.
  expect(page.replaceAll(/(`+)[^\n]*?\1/gu, '')).not.toMatch(/@security|octo\/repo#2|https:\/\/evil|<h1>|<img/u);
});

test('stays below the limit of a summary, with the most severe first', () => {
  const findings = Array.from({ length: 500 }, (_, index) =>
    finding({ message: 'x'.repeat(4_000), subject: `p${index}` }),
  );
  const many = Array.from({ length: 300 }, (_, index) => aServerReview({ name: `s${index}`, findings }));
  const grave = aServerReview({ name: 'grave', verdict: 'must-not-merge', findings });
  const page = reviewPage(aReview({ verdict: 'must-not-merge', servers: [...many, grave] }), none);
  expect(Buffer.byteLength(page)).toBeLessThan(1_000_000);
  expect(headings(page)[1]).toContain('`grave`');
  expect(page).toContain('more did not fit');
  expect(page).toContain('And 400 more.');
  expect(page.endsWith('</details>\n')).toBe(true);
});

test('makes a page for one server that fits into an issue', () => {
  const findings = Array.from({ length: 5_000 }, () =>
    finding({ message: 'x'.repeat(4_000), remedy: 'y'.repeat(4_000) }),
  );
  const page = serverPage(aServerReview({ findings }));
  expect(Buffer.byteLength(page)).toBeLessThan(60_000);
  expect(page).toContain('### Findings');
});
