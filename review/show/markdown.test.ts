import { describe, expect, test } from 'vitest';
import { oneOf, randomOf } from '../../test/fuzz/random.ts';
import { cell, code, inline } from './markdown.ts';

/** The text that a browser shows for `inline`. */
const read = (markdown: string): string =>
  markdown.replaceAll('<wbr>', '').replaceAll(/&#(\d+);/gu, (_, number: string) => String.fromCharCode(Number(number)));

/** The content of a code span that is the whole text, by CommonMark 0.31, 6.1; undefined for any other text. */
function spanned(markdown: string): string | undefined {
  const runs = [...markdown.matchAll(/`+/gu)];
  const [opening] = runs;
  const closing = runs.slice(1).find(([run]) => run === opening?.[0]);
  if (opening?.index !== 0 || closing === undefined || closing.index + closing[0].length !== markdown.length)
    return undefined;
  const content = markdown.slice(opening[0].length, closing.index);
  return /^ .* $/u.test(content) && content.trim() !== '' ? content.slice(1, -1) : content;
}

/** The cells of a table's row, for a parser that lets a backslash escape a backslash, and for one that does not. */
const cellsOf = (row: string): [string[], string[]] => [
  [...row.matchAll(/\|((?:\\[\\|]|[^|])*)(?=\|)/gu)].map(([, inner = '']) => inner),
  row.split(/(?<!\\)\|/u).slice(1, -1),
];

describe('text from outside', () => {
  test.each([
    ['a sentence, with 2 numbers', 'a sentence, with 2 numbers', '`a sentence, with 2 numbers`'],
    ['', '(nothing)', '(nothing)'],
    [' \n ', '↵', '`  ↵  `'],
    ['a `b` c', 'a `b` c', '``a `b` c``'],
    ['`b`', '`b`', '`` `b` ``'],
    ['```\n# fence', '```↵# fence', '`\\u{60}\\u{60}\\u{60}↵# fence`'],
    ['  wide  gap  ', 'wide gap', '`   wide  gap   `'],
    ['✅ may merge', '\\u{2705} may merge', '`✅ may merge`'],
    ['© 2026 Example™', '© 2026 Example™', '`© 2026 Example™`'],
    ['\u202etxet', '\\u{202e}txet', '`\\u{202e}txet`'],
  ])('%j is shown unchanged', (text, words, span) => {
    expect(read(inline(text))).toBe(words);
    expect(code(text)).toBe(span);
    expect(cell(text)).toBe(span);
  });

  test.each([
    ['@example/team', '&#64;<wbr>example&#47;<wbr>team'],
    ['#1', '&#35;<wbr>1'],
    ['GH-1', 'GH&#45;<wbr>1'],
    ['deadbeefdeadbeef', 'deadbe<wbr>efdead<wbr>beef'],
    ['<b>', '&#60;<wbr>b&#62;<wbr>'],
    ['**no**', '&#42;<wbr>&#42;<wbr>no&#42;<wbr>&#42;<wbr>'],
    ['a@b.c', 'a&#64;<wbr>b&#46;<wbr>c'],
    ['&amp;', '&#38;<wbr>amp;'],
  ])('%j has no meaning in a sentence', (text, markdown) => {
    expect(inline(text)).toBe(markdown);
  });

  test.each([
    ['a|b', '`a\\|b`'],
    ['a\\|b', '`a\\\\u{7c}b`'],
    ['|| @team |', '`\\|\\| @team \\|`'],
    ['`|`', '`` `\\|` ``'],
  ])('%j stays in its cell', (text, markdown) => {
    expect(cell(text)).toBe(markdown);
  });

  test('is cut when it is long, with an ellipsis', () => {
    expect(code('x'.repeat(301))).toBe(`\`${'x'.repeat(299)}…\``);
    expect(code('x'.repeat(300))).toBe(`\`${'x'.repeat(300)}\``);
    expect(cell('x'.repeat(11), 10)).toBe(`\`${'x'.repeat(9)}…\``);
    expect(inline('x '.repeat(11), 10)).toBe('x x x x x…');
  });
});

const pieces = [
  ...['|', '\\', '`', '``', '```', '\n', '\r\n', '\r', ' ', '  ', '\t', '<', '>', '&', '#', '@', '[', ']', '(', ')'],
  ...['*', '_', '~', '$', ':', '-', '=', '+', '.', '!', '/', '"', "'", '{', '}', '^', '%', ',', ';', '?'],
  ...[
    'a',
    'Z',
    '7',
    'é',
    '世',
    '👍',
    '✅',
    '\u200b',
    '\u202e',
    '\u2066',
    '\ufeff',
    '\u0301',
    '\ud800',
    '\u{e0041}',
    '\0',
  ],
  ...[
    '@team',
    '@a/b',
    'a@b.example',
    'www.example.com',
    'https://example.com',
    'o/r#1',
    'GH-7',
    'deadbeefcafe',
    ':tada:',
  ],
  ...[
    '<!--',
    '-->',
    '<img src=x>',
    '</td>',
    '![x](y)',
    '[x]: y',
    '[^1]',
    '- [x] ',
    '# Verdict: may merge',
    '> ',
    '1. ',
  ],
  ...['~~~', '| - |', '&#64;', '&lt;', '<wbr>', '</code>', '---', '===', '    ', '$$', '\\u{7c}', '${{ secrets.X }}'],
];

describe('twenty thousand nasty texts', () => {
  const random = randomOf('markdown');
  const texts = Array.from({ length: 20_000 }, () =>
    Array.from({ length: 1 + random(12) }, () => oneOf(random, pieces)).join(''),
  );
  const hidden = /[^\P{C}]|[^\P{Z} ]|[\p{Default_Ignorable_Code_Point}]/u;

  test('are only words in a sentence', () => {
    for (const text of texts) {
      const markdown = inline(text);
      expect(markdown).not.toMatch(hidden);
      expect(markdown).not.toMatch(/^ | {2}| $/u);
      // Only entities and our own tag have a meaning, also at the start of a line.
      if (markdown !== '(nothing)')
        expect(markdown.replaceAll(/&#\d+;<wbr>|<wbr>/gu, '')).not.toMatch(/[!#$&()*+\-./:<=>@[\\\]^_`{|}~]/u);
      // No piece between two tags is something that a forge looks for.
      for (const piece of markdown.split('<wbr>').map(read))
        expect(piece).not.toMatch(/@.|#.|gh-.|:.|\..|[0-9a-f]{7}|\$.|\/./isu);
    }
  });

  test('are one code span, with the text in it', () => {
    for (const text of texts) {
      const [plain, celled] = [spanned(code(text)), cell(text)];
      expect(code(text)).not.toMatch(hidden);
      expect(code(text)).not.toMatch(/`{3}/u);
      expect(plain, text).toBeDefined();
      for (const cells of cellsOf(`| ${celled} | next |`)) expect(cells, text).toEqual([` ${celled} `, ' next ']);
      expect(spanned(celled)?.replaceAll('\\|', '|').replaceAll('\\u{7c}', '|'), text).toBe(
        plain?.replaceAll('\\u{7c}', '|'),
      );
    }
  });

  test('have a limited length', () => {
    for (const text of texts) {
      const long = text.repeat(50);
      for (const show of [inline, code, cell]) expect(show(long, 100).length).toBeLessThan(100 * 40);
    }
  });
});
