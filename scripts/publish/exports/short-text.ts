/** Text of a manifest for programs that show it as it is. */

/** In one line, without what is invisible or turns the direction of writing. */
export const plainText = (text: string): string => text.replace(hidden, ' ').replace(/\s+/gu, ' ').trim();

/** The same in at most `maxCharacters`, cut behind a word. */
export function shortText(text: string, maxCharacters: number): string {
  const characters = [...plainText(text)];
  if (characters.length <= maxCharacters) return characters.join('');
  const kept = characters.slice(0, maxCharacters - 1);
  const cutsWord = characters[maxCharacters - 1] !== ' ';
  const lastSpace = kept.lastIndexOf(' ');
  // One very long word is cut where it must be.
  const end = cutsWord && lastSpace > 0 ? lastSpace : kept.length;
  return `${kept.slice(0, end).join('').trimEnd()}…`;
}

/** Controls, marks of direction, zero-width and tag characters, and halves. The joiners that Persian and emoji need stay. */
const hidden = /(?:(?![\u200c\u200d])(?:[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\ufffe\uffff]|[\u{e0100}-\u{e01ef}]))+/gu;
