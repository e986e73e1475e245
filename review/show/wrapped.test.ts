import { expect, test } from 'vitest';
import { wrapped } from './wrapped.ts';

const [a, b, long] = ['a'.repeat(40), 'b'.repeat(35), 'x'.repeat(100)];

test.each<[string, readonly string[], readonly string[]]>([
  ['one line where it fits', ['a', 'b', 'c'], ['  a > b > c']],
  ['one line that is full', [a, b], [`  ${a} > ${b}`]],
  ['two where it does not fit', [a, `${b}b`], [`  ${a} >`, `  ${b}b`]],
  ['what is longer than a line, whole', ['a', long, 'c'], ['  a >', `  ${long} >`, '  c']],
  ['nothing', [], []],
])('writes %s', (_, parts, lines) => {
  expect(wrapped(parts, ' > ', '  ')).toEqual(lines);
});
