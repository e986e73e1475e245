/** Shows text from outside so that every character is visible. */

/**
 * Control, format and bidirectional characters, all spaces except the plain one, and characters that draw nothing or are in
 * no font.
 */
const hidden = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u;
const mark = /\p{M}/u;
/** More accents than this on one letter would cover the lines around it. */
const maxMarks = 2;

/**
 * Shows a text in one line. Line ends become `↵`, invisible characters `\u{…}`, and a text longer than `maxLength` UTF-16 units
 * ends in `…`. The result is not longer than that, and the time does not grow with the text.
 */
export function visible(text: string, maxLength: number): string {
  let shown = '';
  let fits = 0;
  // An accent as the first character would be drawn on the character before the text.
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

/** Shows a text in printable ASCII only. Backslashes are escaped too, so that different texts look different. */
export const visibleAscii = (text: string): string =>
  text.replace(/[^ -[\]-~]/gu, (character) => (character === '\\' ? '\\\\' : escaped(character)));

const escaped = (character: string): string => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`;
