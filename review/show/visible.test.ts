import { expect, test } from 'vitest';
import { visible, visibleAscii } from './visible.ts';

test.each([
  ['plain text, with "marks" and `code`', 'plain text, with "marks" and `code`'],
  ['Grüße, 世界, नमस्ते, 👍', 'Grüße, 世界, नमस्ते, 👍'],
  ['two\nlines\r\nor three\rfour', 'two↵lines↵or three\\u{d}four'],
  ['tab\there', 'tab\\u{9}here'],
  ['zero\u200bwidth', 'zero\\u{200b}width'],
  ['right\u202eto left', 'right\\u{202e}to left'],
  ['tags \u{e0041}\u{e007f}', 'tags \\u{e0041}\\u{e007f}'],
  ['filler \u3164 and \u2800', 'filler \\u{3164} and \\u{2800}'],
  ['no-break\u00a0space', 'no-break\\u{a0}space'],
  ['soft\u00adhyphen', 'soft\\u{ad}hyphen'],
  ['variation\ufe0f', 'variation\\u{fe0f}'],
  ['half \ud83d', 'half \\u{d83d}'],
  ['private \ue000', 'private \\u{e000}'],
  ['e\u0301 may have an accent', 'e\u0301 may have an accent'],
  ['e\u0301\u0301\u0301\u0301', 'e\u0301\u0301\\u{301}\\u{301}'],
  ['\u0301 stands on what is before', '\\u{301} stands on what is before'],
  ['escape \u001b[2J', 'escape \\u{1b}[2J'],
])('shows %j', (text, shown) => {
  expect(visible(text, 100)).toBe(shown);
});

test.each([
  ['12345', 5, '12345'],
  ['123456', 5, '1234…'],
  ['123👍', 5, '123👍'],
  ['1234👍', 5, '1234…'],
  ['123\u200b', 5, '123…'],
  ['\r\n\r\n\r\n', 3, '↵↵↵'],
])('cuts %j to %i', (text, length, shown) => {
  expect(visible(text, length)).toBe(shown);
});

test('does not read text that it will not show', () => {
  const text = Buffer.alloc(12_000_000, '\u200b').toString();
  // Reading all of it, so often, would take longer than the timeout of the test.
  for (let round = 0; round < 1_000; round++) expect(visible(text, 10)).toBe('\\u{200b}…');
});

test('shows different texts differently in printable ASCII', () => {
  expect(['a\\u{62}', 'ab', '\u0430b', 'a\nb'].map(visibleAscii)).toEqual([
    'a\\\\u{62}',
    'ab',
    '\\u{430}b',
    'a\\u{a}b',
  ]);
});
