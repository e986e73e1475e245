import { expect, test } from 'vitest';
import { unfolded } from './unfold.ts';

test.each([
  ["require('ht' + 'tps')", "require('https')"],
  ['g["ev"+\n"al"](x)', 'g["eval"](x)'],
  ['"\\x68\\x74\\u0074\\u{70}s"', '"https"'],
  ['"\\x68t" + "\\x74ps"', '"https"'],
  ['f(`fe` + `tch`)', 'f(`fetch`)'],
  ['fetch/* a */(url)', 'fetch(url)'],
  ['process /**/ /* b */ .env', 'process.env'],
  ['eval        (text)', 'eval(text)'],
  ['cu\0rl', 'curl'],
])('decodes %s', (text, expected) => {
  expect(unfolded(text)).toBe(expected);
});

test.each([
  ['Base64', Buffer.from('https://collector.example.invalid').toString('base64')],
  ['hexadecimal', Buffer.from('https://collector.example.invalid').toString('hex')],
])('reads text in %s', (_, literal) => {
  expect(unfolded(`const u = decode("${literal}");`)).toBe('https://collector.example.invalid');
});

test.each([
  'const a = "words" + name + "more words";',
  'const mark = "\\x1b[31m\\u2713";',
  '"\\x22 + \\x22"',
  'list\n    .map(each)\n    .join();',
  'if (a) {\n}\n\n(function () {})();',
  'const key = "' + Buffer.from(Array.from({ length: 30 }, (_, index) => index * 8)).toString('base64') + '";',
  '',
])('adds nothing to %s', (text) => {
  expect(unfolded(text)).toBe('');
});

test('takes time in proportion to the length of what it reads', () => {
  for (const piece of [
    '" + ',
    '"',
    '\\x',
    'A',
    '"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    '`+` ',
    'a/**/ ',
    'a     ',
    'a/* ',
    'a/*',
  ])
    expect(unfolded(piece.repeat(500_000)).length).toBeLessThan(4_000_000);
});
