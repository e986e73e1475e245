/** Text from outside, shown so that nothing in it hides. */

/** Controls, format and bidirectional characters, spaces but the plain one, what draws nothing, what no font knows. */
const hidden = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u;
const mark = /\p{M}/u;
/** More accents than these on one letter would draw over the lines around. */
const maxMarks = 2;

/**
 * In one line: line ends become `↵`, what cannot be seen `\u{…}`; what is longer than `maxLength` UTF-16 units ends in `…`. The
 * result is no longer than that, and its work does not grow with the text.
 */
export function visible(text: string, maxLength: number): string {
  let shown = '';
  let fits = 0;
  // One on a line's first character would be drawn on what stands before it.
  let marks = maxMarks;
  for (const character of text.slice(0, 2 * maxLength + 2).replaceAll('\r\n', '\n')) {
    marks = mark.test(character) ? marks + 1 : 0;
    shown += marks > maxMarks ? escaped(character) : piece(character);
    if (shown.length > maxLength) return `${shown.slice(0, fits)}…`;
    if (shown.length < maxLength) fits = shown.length;
  }
  return shown;
}

function piece(character: string): string {
  if (/[ -~]/u.test(character)) return character;
  if (character === '\n') return '↵';
  return hidden.test(character) ? escaped(character) : character;
}

/** In printable ASCII alone, with backslashes as escapes too, so that no two texts look the same. */
export const visibleAscii = (text: string): string =>
  text.replace(/[^ -[\]-~]/gu, (character) => (character === '\\' ? '\\\\' : escaped(character)));

const escaped = (character: string): string => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`;
