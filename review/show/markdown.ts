/**
 * The one way in which text from outside comes into Markdown: as text. It cannot leave its cell, code span or line,
 * become a link, an image, HTML or a heading, ping anybody, refer to an issue or a commit, hide, or grow.
 *
 * GitHub looks for people, issues, commits and emoji in what Markdown became, so that neither backslashes nor
 * entities hold it back. It leaves code alone, and sees no further than a tag.
 */
import { visible } from './visible.ts';

/** The usual limit of a text, in UTF-16 units. */
const maxLength = 300;

/** In a sentence, as words. Outside code, text from outside looks like ours: prefer `code` where it can say anything. */
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

/** As code, anywhere but in a table. */
export const code = (text: string, length = maxLength): string => span(visible(text, length));

/** As code, in a cell of a table. */
export const cell = (text: string, length = maxLength): string =>
  span(
    visible(text, length)
      // Parsers do not agree on what a pipe behind two backslashes is.
      .replaceAll(/(?<=\\)\|/gu, String.raw`\u{7c}`)
      .replaceAll('|', String.raw`\|`),
  );

const nothing = '(nothing)';

/** ASCII punctuation but what means nothing anywhere. */
const structural = /[!#$&()*+\-./:<=>@[\\\]^_`{|}~]/gu;
/** A commit is called by seven hexadecimal digits or more. */
const digits = /[0-9a-f]{6}(?=[0-9a-f])/giu;
/** A green tick among our words would be a verdict. */
const picture = /(?![©®™])\p{Extended_Pictographic}/gu;

/** CommonMark 0.31, 6.1. Two backticks never stand together in it, so that two of them close it and three never appear. */
function span(line: string): string {
  if (line === '') return nothing;
  const content = line.replaceAll(/`{2,}/gu, (run) => String.raw`\u{60}`.repeat(run.length));
  const fence = content.includes('`') ? '``' : '`';
  // One space on each side is taken away, unless there is nothing else.
  const padding = /^[ `]|[ `]$/u.test(content) && content.trim() !== '' ? ' ' : '';
  return `${fence}${padding}${content}${padding}${fence}`;
}
