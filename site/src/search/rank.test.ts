import { expect, test } from 'vitest';
import type { SearchRow } from '../../../schemas/types.ts';
import { rank } from './rank.ts';
import { reasonsOf } from './reasons.ts';
import { WordIndex } from './word-index.ts';

function row(name: string, fields: Partial<SearchRow> = {}): SearchRow {
  return {
    name,
    title: '',
    description: '',
    maintainer: '',
    tags: [],
    tools: [],
    dataClassification: 'internal',
    artefactType: 'npm',
    audience: [],
    compliance: [],
    backends: [],
    reach: { network: [], files: 'none' },
    state: 'active',
    changedOn: '2026-04-15',
    ...fields,
  };
}

function indexOf(rows: readonly SearchRow[]): WordIndex {
  const index = new WordIndex();
  for (const each of rows) index.add(each);
  return index;
}

function names(rows: readonly SearchRow[], query: string): string[] {
  return rank(indexOf(rows), query).rows.map(({ name }) => name);
}

/** Where the first hit was found, as the results say it. */
function reasons(rows: readonly SearchRow[], query: string): string[] {
  const { rows: found, matched } = rank(indexOf(rows), query);
  return found.slice(0, 1).flatMap((hit) => reasonsOf(hit, matched).map(({ label, text = '' }) => `${label} ${text}`));
}

test('ranks name over title over tags over maintainer over tools over description', () => {
  const rows = [
    row('a', { description: 'Asks mail.' }),
    row('b', { tools: [{ name: 'send_mail' }] }),
    row('c', { maintainer: 'mail-team@example.com' }),
    row('d', { tags: ['mail'] }),
    row('e', { title: 'Mail' }),
    row('f-mail'),
  ];
  expect(names(rows, 'mail')).toEqual(['f-mail', 'e', 'd', 'c', 'b', 'a']);
});

test('puts the exact name first, then names that begin with the word', () => {
  expect(names([row('my-git'), row('github'), row('git')], 'git')).toEqual(['git', 'github', 'my-git']);
});

test('wants every word, in whichever field', () => {
  const rows = [row('warehouse', { tools: [{ name: 'run_query' }] }), row('warehouse-admin')];
  expect(names(rows, '  WAREHOUSE   query ')).toEqual(['warehouse']);
});

test('finds a part of a word', () => {
  expect(names([row('internal-postgres')], 'gres')).toEqual(['internal-postgres']);
});

test('does not find a word across two tags or tools', () => {
  expect(names([row('a', { tags: ['one', 'two'] })], 'onetwo')).toEqual([]);
});

test('leaves equals in the order of the index', () => {
  expect(names([row('a', { tags: ['x'] }), row('b', { tags: ['x'] })], 'x')).toEqual(['a', 'b']);
});

test.each(['', '   '])('finds nothing for a query without words', (query) => {
  expect(names([row('a')], query)).toEqual([]);
});

test('treats a query as text, never as a pattern', () => {
  expect(names([row('a', { description: 'c++ (fast)' })], 'c++ (')).toEqual(['a']);
});

test.each([
  ['confidential', { dataClassification: 'confidential' }, 'data class confidential'],
  ['gdpr', { compliance: ['sox', 'gdpr'] }, 'compliance gdpr'],
  ['revoked', { state: 'revoked' }, 'state revoked'],
  ['image', { artefactType: 'oci' }, 'type container image'],
  ['controllers', { audience: ['controllers'] }, 'audience controllers'],
  ['postgresql', { backends: ['ledger (PostgreSQL 17)'] }, 'system ledger (PostgreSQL 17)'],
  ['github', { reach: { network: ['api.github.com:443'], files: 'none' } }, 'host api.github.com:443'],
  ['vendor', { reach: { network: [], files: 'none', elsewhere: 'vendor.example' } }, 'host vendor.example'],
  ['send letters', { tools: [{ name: 'post', about: 'Sends a letter.' }, { name: 'read' }] }, 'tool post'],
] as const)('%s is found, and the hit says where', (query, found, reason) => {
  const rows = [row('other'), row('it', found as Partial<SearchRow>)];
  expect(names(rows, query)).toEqual(['it']);
  expect(reasons(rows, query)).toEqual([reason]);
});

test('says the field for each word, and each place once', () => {
  const rows = [row('warehouse', { tags: ['finance'], tools: [{ name: 'run_query' }] })];
  expect(reasons(rows, 'run query finance ware')).toEqual(['tool run_query', 'tag finance', 'name ']);
});

test.each([
  ['a letter that is missing', 'confidental'],
  ['a letter too many', 'conffidential'],
  ['a wrong letter', 'confidentiel'],
  ['two letters in the wrong order', 'confidnetial'],
  ['two faults in a long word', 'confidantal'],
  ['a fault while it is still typed', 'confidemt'],
])('finds a word with %s', (_, query) => {
  expect(names([row('a', { dataClassification: 'confidential' }), row('b')], query)).toEqual(['a']);
});

test('corrects no short word, and no word that is found as it is', () => {
  expect(names([row('git')], 'gti')).toEqual([]);
  expect(names([row('mail'), row('mall')], 'mall')).toEqual(['mall']);
});

test('leaves words out that say nothing, unless there is no other', () => {
  expect(names([row('mail', { tools: [{ name: 'send_mail' }] })], 'to send a mail')).toEqual(['mail']);
  expect(names([row('the-mail'), row('mail')], 'the')).toEqual(['the-mail']);
});
