import { expect, test } from 'vitest';
import { shortText } from './short-text.ts';

test.each([
  ['short', 'short'],
  ['exactly ten', 'exactly…'],
  ['0123456789', '0123456789'],
  ['01234567 89', '01234567…'],
  ['012345678 9', '012345678…'],
  ['0123456789a', '012345678…'],
  ['  two\n\t lines ', 'two lines'],
  ['a\u202eb\u200bc', 'a b c'],
  // Characters are counted, not halves of them.
  ['😀😀😀😀😀😀😀😀😀😀', '😀😀😀😀😀😀😀😀😀😀'],
  ['😀😀😀😀😀😀😀😀😀😀😀', '😀😀😀😀😀😀😀😀😀…'],
])('of %j, ten characters are %j', (text, shown) => {
  expect(shortText(text, 10)).toBe(shown);
});
