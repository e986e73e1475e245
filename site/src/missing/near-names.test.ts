import { expect, test } from 'vitest';
import { nearNames, wantedName } from './near-names.ts';

const names = ['archive', 'fetch', 'github', 'github-enterprise', 'jira', 'warehouse', 'web-reader'];

test.each([
  ['githb', ['github']],
  ['github-enterprize', ['github-enterprise', 'github']],
  ['gtihub', ['github']],
  ['warehose', ['warehouse']],
  ['reader', ['web-reader']],
  ['zzz', []],
])('%s is like %j', (wanted, near) => {
  expect(nearNames(wanted, names)).toEqual(near);
});

test('offers five at most', () => {
  expect(nearNames('tool', ['tool-a', 'tool-b', 'tool-c', 'tool-d', 'tool-e', 'tool-f'])).toHaveLength(5);
});

test.each([
  ['/servers/GitHub/', 'github'],
  ['/servers/github.json', 'github'],
  ['/github', 'github'],
  ['/a%20b/', 'a b'],
  ['/%E0%A4%A/', undefined],
  ['/', undefined],
])('of %s, %s was wanted', (path, name) => {
  expect(wantedName(path)).toBe(name);
});
