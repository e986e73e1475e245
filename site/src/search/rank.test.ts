import { expect, test } from 'vitest';
import type { SearchRow } from '../../../schemas/types.ts';
import { indexRows, rank } from './rank.ts';

function row(name: string, fields: Partial<SearchRow> = {}): SearchRow {
  return {
    name,
    title: '',
    description: '',
    maintainer: '',
    tags: [],
    tools: [],
    dataClassification: 'internal',
    state: 'active',
    ...fields,
  };
}

function names(rows: readonly SearchRow[], query: string): string[] {
  return rank(indexRows(rows), query).map((found) => found.name);
}

test('ranks name over title over tags over maintainer over tools over description', () => {
  const rows = [
    row('a', { description: 'Asks mail.' }),
    row('b', { tools: ['send_mail'] }),
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
  const rows = [row('warehouse', { tools: ['run_query'] }), row('warehouse-admin')];
  expect(names(rows, '  WAREHOUSE   query ')).toEqual(['warehouse']);
});

test('finds a part of a word', () => {
  expect(names([row('internal-postgres')], 'gres')).toEqual(['internal-postgres']);
});

test('does not find a word across two tags or tools', () => {
  expect(names([row('a', { tags: ['one', 'two'] })], 'onetwo')).toEqual([]);
});

test('orders equals by name', () => {
  expect(names([row('b', { tags: ['x'] }), row('a', { tags: ['x'] })], 'x')).toEqual(['a', 'b']);
});

test.each(['', '   '])('finds nothing for a query without words', (query) => {
  expect(names([row('a')], query)).toEqual([]);
});

test('treats a query as text, never as a pattern', () => {
  expect(names([row('a', { description: 'c++ (fast)' })], 'c++ (')).toEqual(['a']);
});
