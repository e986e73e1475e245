/**
 * Puts text from outside into Markdown. All such text must go through here. It cannot leave its cell, code span or line, become a
 * link, an image, HTML or a heading, mention anyone, refer to an issue or a commit, hide, or grow.
 *
 * GitHub looks for people, issues, commits and emoji in the rendered text, so backslashes and entities do not prevent it. But it
 * ignores code, and a tag ends each piece that it searches.
 */
import { visible } from './visible.ts';

/** The usual limit of a text, in UTF-16 units. */
const maxLength = 300;

/** As words in a sentence. Outside code it looks like our own text: prefer `code` where the text can say anything. */
export function inline(text: string, length = maxLength): string {
  const words = visible(text, length)
    .replaceAll(picture, (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`)
    .replaceAll(/ +/gu, ' ')
    .trim();
  if (words === '') return nothing;
  return words
    .replaceAll(structural, (character) => `&#${character.charCodeAt(0)};<wbr>`)
    .replaceAll(digits, '$&<wbr>');
}

/** As code, but not in a table. */
export const code = (text: string, length = maxLength): string => span(visible(text, length));

/** As code, in a cell of a table. */
export const cell = (text: string, length = maxLength): string =>
  span(
    visible(text, length)
      // Parsers disagree about a pipe after two backslashes.
      .replaceAll(/(?<=\\)\|/gu, String.raw`\u{7c}`)
      .replaceAll('|', String.raw`\|`),
  );

/** As a quotation of one code span a line, in full up to the limit: it wraps, and its lines stay visible. */
export function quoted(text: string, length: number, indent = ''): string {
  const isCut = text.length > length;
  const lines = text
    .slice(0, length)
    .toWellFormed()
    .split(/\r\n|\n/u);
  return lines
    .map((line, index) => {
      const isLast = index === lines.length - 1;
      // A line without text would end the quotation; a backslash ends a line inside it.
      const shown = line === '' ? '`↵`' : code(isLast && isCut ? `${line}…` : line, 8 * length);
      return `${indent}> ${shown}${isLast ? '' : '\\'}`;
    })
    .join('\n');
}

/** Something that opens on a click. The title is our own text; the content is Markdown. */
export const folded = (title: string, content: string): string =>
  `<details><summary>${title}</summary>\n\n${content}\n\n</details>`;

const nothing = '(nothing)';

/** ASCII punctuation, without the characters that never have a meaning. */
const structural = /[!#$&()*+\-./:<=>@[\\\]^_`{|}~]/gu;
/** Seven or more hexadecimal digits can be a commit. */
const digits = /[0-9a-f]{6}(?=[0-9a-f])/giu;
/** Pictures, because a green tick in our text would look like a verdict. */
const picture = /(?![©®™])\p{Extended_Pictographic}/gu;

/** CommonMark 0.31, 6.1. The content never has two backticks in a row, so two of them close it, and three never appear. */
function span(line: string): string {
  if (line === '') return nothing;
  const content = line.replaceAll(/`{2,}/gu, (run) => String.raw`\u{60}`.repeat(run.length));
  const fence = content.includes('`') ? '``' : '`';
  // Parsers remove one space on each side, except when the content is only spaces.
  const padding = /^[ `]|[ `]$/u.test(content) && content.trim() !== '' ? ' ' : '';
  return `${fence}${padding}${content}${padding}${fence}`;
}
