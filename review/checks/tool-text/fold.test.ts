import { expect, test } from 'vitest';
import { plain, readingOf } from './fold.ts';

test.each([
  ['full width', '\uff29\uff47\uff4e\uff4f\uff52\uff45', 'Ignore'],
  ['mathematical letters', '\u{1d408}\u{1d420}\u{1d427}\u{1d428}\u{1d42b}\u{1d41e}', 'Ignore'],
  ['circled letters', '\u24d8\u24d6\u24dd\u24de\u24e1\u24d4', 'ignore'],
  ['Cyrillic', '\u0406gn\u043er\u0435', 'Ignore'],
  ['Greek', '\u0399gn\u03bfre', 'Ignore'],
  ['small capitals', '\u026a\u0262\u0274\u1d0f\u0280\u1d07', 'ignore'],
  ['accents', '\u00eegn\u00f6r\u00e9', 'ignore'],
  ['stacked accents', 'i\u0300\u0301g\u0302n\u0303ore', 'ignore'],
  ['nothing between letters', 'ig\u200bn\u00ado\u2060r\ufeffe', 'ignore'],
  ['tag characters', 'ignore\u{e0041}', 'ignore'],
])('replaces %s by plain letters', (_, text, expected) => {
  expect(plain(text)).toBe(expected);
});

test.each(['Reads rows.', '\u6771\u4eac', '\u0447\u0442\u0435\u043d\u0438\u0435'.slice(0, 1)])(
  'leaves %s unchanged',
  (text) => {
    expect(plain(text)).toBe(text);
  },
);

test.each([
  ['&lt;system&gt;', '<system>'],
  ['&#105;gnore', 'ignore'],
  ['&#x69;gnore', 'ignore'],
  ['ignore%20all', 'ignore all'],
  ['\\u0069gnore', 'ignore'],
  ['\\u{69}gnore', 'ignore'],
  ['\\x69gnore', 'ignore'],
  ['**ig**nore', 'ignore'],
  ['<b>ig</b>nore', 'ignore'],
  ["don't", 'dont'],
  ['\\u000a&#0;%00 and &#99999999; stay', '\\u000a&#0;%00 and &#99999999; stay'],
])('reads %s as %s', (text, expected) => {
  expect(readingOf(text).folded).toBe(expected);
});

test('does not let one character become a sentence', () => {
  const text = '\ufdfa'.repeat(1_000);
  expect(plain(text)).toHaveLength(1_000);
});
