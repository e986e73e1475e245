/** Text of a manifest in formats that bound its length. */

/**
 * The text in one line of at most `maxCharacters`, cut behind a word. What is invisible or turns the direction of writing
 * is left out: other programs show the text as it is.
 */
export function shortText(text: string, maxCharacters: number): string {
  const characters = [...text.replace(hidden, ' ').replace(/\s+/gu, ' ').trim()];
  if (characters.length <= maxCharacters) return characters.join('');
  const kept = characters.slice(0, maxCharacters - 1);
  const cutsWord = characters[maxCharacters - 1] !== ' ';
  const lastSpace = kept.lastIndexOf(' ');
  // One very long word is cut where it must be.
  const end = cutsWord && lastSpace > 0 ? lastSpace : kept.length;
  return `${kept.slice(0, end).join('').trimEnd()}…`;
}

/** Controls, marks of direction, zero-width and tag characters. The joiners that Persian and emoji need stay. */
const hidden = /(?:(?![\u200c\u200d])(?:[\p{Cc}\p{Cf}\u2028\u2029]|[\u{e0100}-\u{e01ef}]))+/gu;
