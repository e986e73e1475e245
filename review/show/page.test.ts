import { expect, test } from 'vitest';
import type { Finding, Review, ServerReview } from '../../schemas/types.ts';
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

const serverOf = (change: Partial<ServerReview> = {}): ServerReview => ({
  name: 'memory',
  version: '1.0.0',
  change: 'changed',
  verdict: 'may-merge',
  reviewers: ['platform'],
  gains: [],
  checks: [{ check: 'policy', result: 'passed', detail: 'the manifest' }],
  findings: [],
  provenance: { kind: 'none', why: 'the registry has none' },
  ...change,
});

const reviewOf = (change: Partial<Review> = {}): Review => ({
  schemaVersion: 1,
  commit: 'c'.repeat(40),
  base: 'b'.repeat(40),
  moment: '2026-11-21T00:00:00Z',
  policy: 'a'.repeat(64),
  rules: 'd'.repeat(64),
  advisories: { source: 'folder:advisories', asOf: '2026-11-20', records: 40 },
  verdict: 'may-merge',
  problems: [],
  servers: [serverOf()],
  ...change,
});

const none = new Map<string, string>();
const headings = (page: string): string[] => page.split('\n').filter((line) => line.startsWith('#'));
const rows = (page: string): number => page.split('\n').filter((line) => line.startsWith('|')).length;

test('shows first the verdict, then the reasons, and how to check it yourself', () => {
  const page = reviewPage(
    reviewOf({
      verdict: 'must-not-merge',
      servers: [
        serverOf({ name: 'fine' }),
        serverOf({
          verdict: 'must-not-merge',
          findings: [finding(), finding({ rule: 'code-eval', level: 'review' }), finding({ level: 'note' })],
        }),
        serverOf({
          name: 'half',
          verdict: 'needs-a-person',
          reviewers: ['platform', 'security'],
          checks: [{ check: 'tools', result: 'not-run', detail: 'not captured' }],
        }),
      ],
    }),
    none,
  );
  expect(page.split('\n').slice(0, 8)).toEqual([
    '# Must not be merged',
    '',
    '- `memory` must not be merged: because of `install-script`; for `code-eval`.',
    '- `half` needs a person: tools did not run.',
    '- `fine` may be merged.',
    '',
    'By the policy, one of each must approve: `platform`, `security`.',
    '',
  ]);
  expect(headings(page)).toEqual([
    '# Must not be merged',
    '## `memory` `1.0.0`, changed: must not be merged',
    ...['### Findings', '### Checks'],
    '## `half` `1.0.0`, changed: needs a person',
    ...['### Findings', '### Checks'],
    '## `fine` `1.0.0`, changed: may be merged',
    ...['### Findings', '### Checks'],
    '## See it yourself',
  ]);
  expect(page).toContain('npx registry diff bbbbbbbbbbbb\n');
});

test('shows accepted findings separately, with reason, owner and end', () => {
  const accepted = { reason: 'it only updates a list', owner: 'security@example.com', expires: '2027-01-01' };
  const page = reviewPage(reviewOf({ servers: [serverOf({ findings: [finding({ accepted })] })] }), none);
  expect(headings(page)).toContain('### Accepted by the policy');
  expect(page).toContain('it only updates a list `security@example.com`, until 2027-01-01');
  expect(page).toContain('- `memory` may be merged.');
});

test('lists the problems of the files, and says that nothing changes', () => {
  const problems = [
    { code: 'unknown-field', file: 'servers/a.yaml', line: 3, message: 'no field', remedy: 'take it away' },
  ];
  const page = reviewPage(reviewOf({ verdict: 'must-not-merge', problems, servers: [] }), none);
  expect(page).toContain('- The files have 1 problem.');
  expect(page).toContain('| `servers/a.yaml:3` | `unknown-field` `no field` | take it away |');
  expect(reviewPage(reviewOf({ servers: [] }), none)).toContain('No server changes.');
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
      reviewOf({
        problems: [{ code: 'x', file: what, message: what, remedy: what }],
        advisories: { source: what, asOf: null },
        servers: [
          serverOf({
            reviewers: [what],
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
  expect(headings(page)).toEqual(headings(harmless));
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
  const many = Array.from({ length: 300 }, (_, index) => serverOf({ name: `s${index}`, findings }));
  const grave = serverOf({ name: 'grave', verdict: 'must-not-merge', findings });
  const page = reviewPage(reviewOf({ verdict: 'must-not-merge', servers: [...many, grave] }), none);
  expect(Buffer.byteLength(page)).toBeLessThan(1_000_000);
  expect(headings(page)[1]).toContain('`grave`');
  expect(page).toContain('more did not fit');
  expect(page).toContain('And 400 more.');
  expect(page.endsWith('```\n')).toBe(true);
});

test('makes a page for one server that fits into an issue', () => {
  const findings = Array.from({ length: 5_000 }, () =>
    finding({ message: 'x'.repeat(4_000), remedy: 'y'.repeat(4_000) }),
  );
  const page = serverPage(serverOf({ findings }));
  expect(Buffer.byteLength(page)).toBeLessThan(60_000);
  expect(page).toContain('### Findings');
});
