/** `12,345`. Written out here, as dates are, so that every build has the same bytes. */
export const grouped = (howMany: number): string => String(howMany).replace(/\B(?=(?:\d{3})+$)/gu, ',');

/** `1 tool`, `12 tools`. */
export function count(howMany: number, noun: string): string {
  return `${grouped(howMany)} ${noun}${howMany === 1 ? '' : 's'}`;
}

/** The text before the entry at `index` of a list in a sentence: nothing, a comma, or the last word. */
export function joiner(index: number, length: number, last = 'and'): string {
  if (index === 0) return '';
  return index === length - 1 ? ` ${last} ` : ', ';
}

/** What is said of some things, where it is said of each of several. */
export const each = (howMany: number, words: string): string => (howMany === 1 ? words : `each ${words}`);
