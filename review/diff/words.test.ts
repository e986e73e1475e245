import { expect, test } from 'vitest';
import { elided, wordComparison } from './words.ts';

test('finds added and removed words', () => {
  expect(wordComparison()('Reads a file.', 'Reads and deletes a file.')).toEqual([
    { kind: 'same', text: 'Reads ' },
    { kind: 'added', text: 'and deletes ' },
    { kind: 'same', text: 'a file.' },
  ]);
});

test('finds changes of invisible characters', () => {
  expect(wordComparison()('one two', 'one\u200b two')).toContainEqual({ kind: 'added', text: '\u200b' });
});

test('leaves out the middle of a long text alone', () => {
  expect(elided('same '.repeat(1000))).toHaveLength(123);
  expect(elided('same '.repeat(10))).toHaveLength(50);
});

test.each([
  ['too long', 'x'.repeat(10_001), 'y'],
  [
    'too different',
    Array.from({ length: 900 }, (_, index) => index).join(' '),
    Array.from({ length: 900 }, (_, index) => index + 5_000).join(' '),
  ],
])('returns nothing for texts that are %s', (_, was, now) => {
  expect(wordComparison()(was, now)).toBeUndefined();
});

test.each([
  ['periods', '.,;'.repeat(3_000), '.,'.repeat(4_500)],
  ['nothing but changes', '.'.repeat(10_000), ','.repeat(10_000)],
  [
    'numbers',
    Array.from({ length: 1_500 }, (_, index) => index).join(' '),
    Array.from({ length: 1_500 }, (_, index) => index * 7).join(' '),
  ],
])('stops early, and always at the same text: %s', (_, was, now) => {
  const compared = (): boolean[] => {
    const compare = wordComparison();
    return Array.from({ length: 1_000 }, () => compare(was, now) !== undefined);
  };
  // Without limits, one of them would take longer than the timeout of this test.
  expect(compared()).toEqual(compared());
});

test('has a limit for one review', () => {
  const compare = wordComparison();
  const results = Array.from({ length: 30 }, () => compare('a'.repeat(5_000), 'b'.repeat(5_000)) !== undefined);
  expect(results.filter(Boolean)).toHaveLength(20);
});
