import { expect, test } from 'vitest';
import { frameOf, visible } from './frame.ts';
import { growthOf, nearlyLinear } from '../../test/support/growth.ts';

const manifest = 'name: a\nversion: 1\n\ndata_classification: pubic\nscope:\n  - read:x\ntags: []\n';

test('shows the line that is meant between two above and two below, and marks the place', () => {
  expect(frameOf(manifest, 4, 22)).toEqual([
    '  2 | version: 1',
    '  3 |',
    '> 4 | data_classification: pubic',
    '    |                      ^',
    '  5 | scope:',
    '  6 |   - read:x',
  ]);
});

test.each([
  ['the first line', 1, 1, '> 1 | name: a'],
  ['the last line, which is empty', 8, 1, '> 8 |'],
  ['the end of a line', 1, 8, '    |        ^'],
  ['a line without a column, from its first letter on', 6, undefined, '    |   ^'],
])('marks %s', (_, line, column, expected) => {
  expect(frameOf(manifest, line, column)).toContain(expected);
});

test.each([
  ['no such line', 9, 1],
  ['no such column', 1, 9],
  ['neither', 1000, 1000],
])('shows nothing where the file has by now %s', (_, line, column) => {
  expect(frameOf(manifest, line, column)).toEqual([]);
});

test('numbers lines of more digits in line', () => {
  const many = Array.from({ length: 120 }, (_, index) => `line ${index + 1}`).join('\n');
  expect(frameOf(many, 99, 1)).toEqual([
    '   97 | line 97',
    '   98 | line 98',
    '>  99 | line 99',
    '      | ^',
    '  100 | line 100',
    '  101 | line 101',
  ]);
});

test.each<[string, string, string]>([
  ['a terminal escape', 'x: \u001b[2J', String.raw`> 1 | x: \u{1b}[2J`],
  ['a bidirectional override', 'x: \u202eevil', String.raw`> 1 | x: \u{202e}evil`],
  ['a tab', 'x:\ty', String.raw`> 1 | x:\u{9}y`],
  ['what other programs take for the end of a line', 'x: \u2028> 2 | y', String.raw`> 1 | x: \u{2028}> 2 | y`],
  ['a carriage return amid a line', 'x: a\rb', String.raw`> 1 | x: a\u{d}b`],
  ['half a character', 'x: \ud83d', String.raw`> 1 | x: \u{d83d}`],
  ['a command to the runner', '##[add-mask]a', String.raw`> 1 | ##\u{5b}add-mask]a`],
])('shows %s as an escape', (_, line, expected) => {
  expect(frameOf(`${line}\n`, 1, 1)[0]).toBe(expected);
});

test('puts the mark under the place behind escapes', () => {
  expect(frameOf('\u202e\tx: y\n', 1, 6).slice(0, 2)).toEqual([
    String.raw`> 1 | \u{202e}\u{9}x: y`,
    '    |                 ^',
  ]);
});

test('leaves out what ends lines on Windows', () => {
  expect(frameOf('a: 1\r\nb: 2\r\n', 2, 4)).toEqual(['  1 | a: 1', '> 2 | b: 2', '    |    ^', '  3 |']);
});

const display = (line: string): number => [...line].length;

test.each([
  ['at its beginning', 3],
  ['in its middle', 5_000],
  ['at its end', 10_004],
])('cuts a long line around a place %s to eighty columns', (_, column) => {
  const long = `${'a'.repeat(column - 1)}B${'c'.repeat(10_004 - column)}`;
  const frame = frameOf(`before\n${long}\nafter\n`, 2, column);
  expect(frame.every((line) => display(line) <= 80)).toBe(true);
  const [, meant = '', mark = ''] = frame;
  expect(meant[mark.indexOf('^')]).toBe('B');
});

test('cuts a line of escapes and of wide characters to eighty columns', () => {
  for (const long of ['\u202e'.repeat(300), '語'.repeat(300), '😀'.repeat(300)])
    for (const line of frameOf(long, 1, 201))
      expect(display(line.replaceAll(/[語😀]/gu, 'xx')), line).toBeLessThanOrEqual(80);
});

test('takes a time that grows with the length alone for a line of many megabytes', async () => {
  const show = (length: number): unknown => frameOf('\u202e'.repeat(length), 1, length / 2);
  expect(await growthOf(show, 1_250_000)).toBeLessThan(nearlyLinear);
});

test('shows a message on one line, with what could forge another as escapes', () => {
  expect(visible('a\n::error::b\u202e ##[group]c é')).toBe(String.raw`a\u{a}::error::b\u{202e} ##\u{5b}group]c é`);
});
