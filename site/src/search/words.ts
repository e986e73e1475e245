/** The words of a text or a query, in lower case. Names are taken apart at hyphens, underscores, dots and slashes. */
export const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[^a-z0-9\u0080-\u{10ffff}]+/u)
    .filter((word) => word !== '');

/** Words that say nothing about a server. */
const empty = new Set(['a', 'an', 'and', 'for', 'in', 'is', 'of', 'on', 'or', 'that', 'the', 'to', 'with']);

/**
 * What to look for: the words that say something, or all where none does. An `s` at the end is left off: as a word is
 * found where it is a part of another, `issue` finds `issues` too.
 */
export function queryWords(query: string): string[] {
  const all = wordsOf(query);
  const telling = all.filter((word) => !empty.has(word));
  return [...new Set((telling.length > 0 ? telling : all).map(singular))];
}

const singular = (word: string): string => (word.length > 3 && /[^s]s$/u.test(word) ? word.slice(0, -1) : word);
