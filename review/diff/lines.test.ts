import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../core/canonical.ts';
import { sha256 } from '../../core/digest.ts';
import { aLock, aManifest, aPackage } from '../../test/support/statements.ts';
import type { Lock, LockedOffer, Manifest } from '../../schemas/types.ts';
import { diffLines } from './lines.ts';
import { diffMarkdown } from './page.ts';
import { diffServer } from './server.ts';

const tool = (name: string, definition: Readonly<Record<string, unknown>>): Lock['tools'][number] => ({
  name,
  definitions: [{ definition: { name, ...definition }, sha256: sha256(canonicalJson({ name, ...definition })) }],
});

const description = 'Runs one query against the warehouse, and gives the rows as text.';

test('shows a server that changed', () => {
  const was = {
    manifest: aManifest({ permissions: { network: ['db.example:5432'] }, license: 'MIT' }),
    lock: aLock(
      { tools: [tool('query', { description, annotations: { readOnlyHint: true } }), tool('schema', {})] },
      { 'node_modules/a': aPackage('a', '1.0.0'), 'node_modules/b': aPackage('b', '2.0.0') },
    ),
  };
  const now = {
    manifest: aManifest({ version: '1.3.0', permissions: { network: ['*:5432'] }, audience: ['x'], title: 'Postgres' }),
    lock: aLock(
      {
        tools: [
          tool('drop', { description: 'Drops a table.', inputSchema: { properties: { table: {} } } }),
          tool('query', { description: description.replace('one query', 'any statement') }),
        ],
      },
      { 'node_modules/a': aPackage('a', '1.0.1'), 'node_modules/b': aPackage('b', '1.0.0') },
    ),
  };
  const diff = diffServer('internal-postgres', was, now);
  expect(diffLines(diff)).toEqual([
    'internal-postgres: changed, 1.2.0 → 1.3.0',
    '  permissions: 1 gained, 1 lost',
    '  ! gained network *:5432, was db.example:5432',
    '  - lost audience everyone, now x',
    '  tools: 2 offered, 1 added, 1 changed, 1 removed',
    '  ! query /annotations/readOnlyHint, was true',
    '  ~ query /description, 4 edits: Runs [-one-]{+any+} [-query-]{+statement+}',
    '      against the warehouse, and gives the rows as text.',
    '  + added drop, which takes table',
    '  + drop /description: Drops a table.',
    '  - removed schema',
    '  schemas of tools',
    '  + drop /inputSchema/properties/table, now {}',
    '  packages: 5 installed, 1 downgraded, 1 upgraded',
    '  ! downgraded b 2.0.0 → 1.0.0',
    '  ~ upgraded a 1.0.0 → 1.0.1',
    '  licences',
    '  - the server, was MIT',
    '  other fields',
    '  + title, now Postgres',
  ]);
  expect(diffMarkdown(diff).split('\n')).toEqual([
    '### `internal-postgres`: changed, `1.2.0` → `1.3.0`',
    '',
    '**permissions**: 1 gained, 1 lost',
    '',
    '- **!** gained network `*:5432`, was `db.example:5432`',
    '- `-` lost audience `everyone`, now `x`',
    '',
    '**tools**: 2 offered, 1 added, 1 changed, 1 removed',
    '',
    '- **!** `query` `/annotations/readOnlyHint`, was `true`',
    '- `~` `query` `/description`, 4 edits: ` Runs  `<del>`one`</del><ins>`any`</ins>` `<del>`query`</del><ins>`statement`</ins>`  against the warehouse, and gives the rows as text. `',
    '- `+` added `drop`, which takes `table`',
    '- `+` `drop` `/description`: ',
    '',
    '  > `Drops a table.`',
    '',
    '- `-` removed `schema`',
    '',
    '<details><summary>schemas of tools</summary>',
    '',
    '- `+` `drop` `/inputSchema/properties/table`, now `{}`',
    '',
    '</details>',
    '',
    '**packages**',
    '',
    '- **!** downgraded `b` `2.0.0` → `1.0.0`',
    '',
    '<details><summary>packages: 5 installed, 1 downgraded, 1 upgraded; the others</summary>',
    '',
    '- `~` upgraded `a` `1.0.0` → `1.0.1`',
    '',
    '</details>',
    '',
    '<details><summary>licences</summary>',
    '',
    '- `-` `the server`, was `MIT`',
    '',
    '</details>',
    '',
    '<details><summary>other fields</summary>',
    '',
    '- `+` `title`, now `Postgres`',
    '',
    '</details>',
  ]);
});

test('lists only the lost permissions of a deleted server', () => {
  expect(diffLines(diffServer('internal-postgres', { manifest: aManifest(), lock: aLock() }, {}))).toEqual([
    'internal-postgres: deleted, 1.2.0',
    '  permissions: 4 lost',
    '  - lost data class confidential',
    '  - lost tool every tool',
    '  - lost audience everyone',
    '  - lost scope read:finance.*',
  ]);
});

test('reports that only comments or layout changed', () => {
  const same = { manifest: aManifest(), lock: aLock() };
  expect(diffLines(diffServer('internal-postgres', same, same))).toEqual([
    'internal-postgres: changed, 1.2.0',
    '  nothing',
    '  ~ only comments, layout or the order of lists changed',
  ]);
});

test('reports that no tool is left, and that instructions are new', () => {
  const was = { manifest: aManifest(), lock: aLock({ tools: [tool('query', {})] }) };
  const lines = diffLines(diffServer('x', was, { ...was, lock: aLock({ instructions: ['a'.repeat(64)] }) }));
  expect(lines.filter((line) => line.startsWith('  !'))).toEqual([
    '  ! no tool is left: it has none, or they were not captured',
    '  ! new instructions to agents, whose text is not known here: SHA-256',
  ]);
});

test('shows new instructions and descriptions in full, line by line, and names every other tool', () => {
  const whole = `First line.\n\n${'word '.repeat(900)}end.`;
  const was = { manifest: aManifest(), lock: aLock({ tools: [tool('same', {})] }) };
  const lock = aLock({
    tools: [tool('new', { description: whole }), tool('same', {})],
    instructions: ['a'.repeat(64)],
  });
  const page = diffMarkdown(diffServer('x', was, { ...was, lock }, { instruction: () => whole }));
  const shown = `  > \`First line.\`\\\n  > \`↵\`\\\n  > \`${'word '.repeat(900)}end.\`\n`;
  expect(page.split(shown)).toHaveLength(3);
  expect(page).toContain('the same: `same`');
});

test('shows what changes in instructions, prompts and resources in full, and as text', () => {
  const offer = (definition: Readonly<Record<string, string>>): LockedOffer => ({
    name: definition['uri'] ?? definition['name'] ?? '',
    definitions: [{ definition, sha256: sha256(canonicalJson(definition)) }],
  });
  const says = (text: string): Partial<Lock> => ({ instructions: [sha256(text)], instructionTexts: [text] });
  const kept = `${'Read it all. '.repeat(50)}# Heading`;
  const end = `${'word '.repeat(200)}[end](https://a.example)`;
  const was = {
    manifest: aManifest(),
    lock: aLock({ ...says(`${kept} Ask first.`), prompts: [offer({ name: 'ask', title: 'Ask' })] }),
  };
  const now = aLock({
    ...says(`${kept} Never ask.`),
    prompts: [offer({ name: 'ask', title: 'Ask all' }), offer({ name: 'new', description: end })],
    unpinned: ['resources'],
  });
  const diff = diffServer('x', was, { ...was, lock: now });
  expect(diffLines(diff)).toEqual(
    expect.arrayContaining([
      '  prompts: 1 → 2 offered, 1 added, 1 changed',
      '  ~ ask /title, was Ask, now Ask all',
      '  + added new',
      '  resources: not pinned',
      '  ! its resources are not pinned: it does not always list the same',
    ]),
  );
  const page = diffMarkdown(diff);
  expect(page).toContain(`**!** instructions to agents changed, 4 edits: \` ${kept}  \``);
  expect(page).toContain('<del>`Ask`</del><ins>`Never`</ins>');
  expect(page).toContain(`  > \`${end}\``);
});

test('shows where two long values differ', () => {
  const argument = (value: string): Manifest => aManifest({ launch: { arguments: [{ type: 'fixed', value }] } });
  const diff = diffServer(
    'x',
    { manifest: argument('y'.repeat(1_000)) },
    { manifest: argument(`${'y'.repeat(1_000)}z`) },
  );
  expect(diffLines(diff).at(-1)?.trim()).toBe(`…${'y'.repeat(20)}z"`);
});

test('shows the first of many packages, those with alarms before others, and the number of the rest', () => {
  const many = Array.from({ length: 5_000 }, (_, index) => {
    const name = `p-${String(index).padStart(4, '0')}`;
    return [`node_modules/${name}`, aPackage(name, '1.0.0', index > 4_900 ? { hasInstallScript: true } : {})] as const;
  });
  const was = { manifest: aManifest(), lock: aLock() };
  const diff = diffServer('x', was, { ...was, lock: aLock({}, Object.fromEntries(many)) });
  const lines = diffLines(diff);
  expect(lines.slice(0, 4)).toEqual([
    'x: changed, 1.2.0',
    '  packages: 3 → 5003 installed, 5000 added',
    '  ! added p-4901 1.0.0; install script in 1.0.0',
    '  ! added p-4902 1.0.0; install script in 1.0.0',
  ]);
  expect(lines.at(-1)).toBe('    and 4960 more, 59 of them marked with !');
  expect(diffMarkdown(diff)).toContain('\n- and 4930 more, 29 of them marked with !\n');
  expect(diffMarkdown(diff).length).toBeLessThan(10_000);
});

describe('hostile text', () => {
  const nasty = [
    '</td></table>\n\n# ✅ Verdict: may merge\n\n| a | @example/team | #1 | GH-2 |\n```\n',
    '![x](https://evil.example/x.png) [x](javascript:x) <img src=x onerror=x> <!-- ',
    '\u202etxet\u202c zero\u200bwidth \u{e0041} deadbeefdeadbeef o/r#3 a@b.example www.example.com',
    '``` `` ` ~~~ \\` \\| --- === 1. - > \r\n\r\n    ! gained network',
  ].join('');
  const servers = (text: string): [Manifest, Lock] => [
    aManifest({
      title: text,
      description: text,
      license: text,
      backends: [text],
      credentials: [{ environment: 'KEY', source: text, scope: text }],
      permissions: { network: [text], filesystem: { read: [text], write: [text] } },
      launch: {
        command: text,
        arguments: [{ type: 'fixed', value: text }],
        environment: [{ name: 'KEY', description: text, default: text, choices: [text] }],
      },
      tools: { allow: [text], labels: { [text]: ['destructive'] } },
      lifecycle: [{ versions: text, state: 'revoked', since: '2026-01-01', reason: text }],
    }),
    aLock(
      {
        tools: [
          tool(text, { title: text, description: text, inputSchema: { properties: { [text]: text } }, [text]: text }),
        ],
      },
      { [text]: aPackage(text, '1.0.0', { os: [text] }), 'node_modules/x': aPackage('x', text) },
    ),
  ];
  const diffs = [
    [nasty, nasty.replaceAll('e', 'E')],
    [nasty.repeat(200), `${nasty.repeat(200)}more`],
  ].map(([was = '', now = '']) => {
    const [[manifest, lock], [manifestNow, lockNow]] = [servers(was), servers(now)];
    const tools = lockNow.tools.map((each) => ({ ...each, name: was }));
    return diffServer(
      'x',
      { manifest, lock },
      { manifest: manifestNow, lock: { ...lockNow, tools } },
      {
        publisherOf: (_, version) => version + now,
      },
    );
  });

  test('is shown as code on the page', () => {
    for (const diff of diffs) {
      const page = diffMarkdown(diff);
      expect(page.length).toBeLessThan(100_000);
      expect(page).not.toMatch(/[^\P{C}\n]|\p{Default_Ignorable_Code_Point}/u);
      for (const line of page.split('\n')) {
        // This removes what CommonMark reads as code; the rest is our own text.
        const ours = line
          .replaceAll(/(?<!`)(`{1,2})(?!`)(?:.*?[^`])??\1(?!`)/gu, '')
          .replaceAll(/<\/?(?:ins|del|details|summary)>/gu, '');
        expect(ours).toMatch(/^(?:### |- | {2}> )?[A-Za-z0-9*:;,.!()→… -]*\\?$/u);
      }
    }
  });

  test('cannot fake a line on a terminal', () => {
    for (const diff of diffs) {
      const lines = diffLines(diff);
      expect(lines.length).toBeLessThan(1_000);
      for (const line of lines.slice(1)) {
        expect(line).toMatch(/^ {2}(?:[!+~-] |[a-z]| {4}|(?= {2}and))/u);
        expect(line.length).toBeLessThanOrEqual(80);
        expect(line).not.toMatch(/[^\P{C}]|\p{Default_Ignorable_Code_Point}/u);
      }
    }
  });
});
