import { expect, test } from 'vitest';
import { fieldDifferences } from './differences.ts';

test('names each field that differs, with both values, sorted', () => {
  expect(
    fieldDifferences('the wheel', { b: 1, a: 'x', same: { y: 1, x: 2 } }, { a: 'y', c: ['z'], same: { x: 2, y: 1 } }),
  ).toEqual(
    [
      'the wheel gives the a y, but the lock says x',
      'the wheel gives the b nothing, but the lock says 1',
      'the wheel gives the c ["z"], but the lock says nothing',
    ].map((message) => ({ code: 'lock-entry', message, remedy: expect.stringContaining('registry lock') })),
  );
});

test('shows only the beginning of a long value', () => {
  const [fault] = fieldDifferences('the wheel', { a: 'x'.repeat(1_000) }, { a: '😀'.repeat(1_000) });
  expect(fault?.message.length).toBeLessThan(260);
  expect(fault?.message.isWellFormed()).toBe(true);
});

test.each(['__proto__', 'constructor', 'toString'])('reports a field that is called %s', (field) => {
  const said = JSON.parse(`{"${field}":1}`) as object;
  expect(fieldDifferences('the wheel', said, {})).toHaveLength(1);
});
