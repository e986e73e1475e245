import { expect, test } from 'vitest';
import { groupRows } from './groups.ts';

test('puts neighbours with the same heading together, in their order', () => {
  expect(groupRows(['ab', 'ac', 'b', 'ad'], (row) => row[0] ?? '')).toEqual([
    { heading: 'a', rows: ['ab', 'ac'] },
    { heading: 'b', rows: ['b'] },
    { heading: 'a', rows: ['ad'] },
  ]);
});

test('has no group without rows', () => {
  expect(groupRows([], String)).toEqual([]);
});
