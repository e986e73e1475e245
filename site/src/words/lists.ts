/** `1 tool`, `12 tools`. */
export function count(howMany: number, noun: string): string {
  return `${howMany} ${noun}${howMany === 1 ? '' : 's'}`;
}

/** What stands before the entry at `index` of a sentence's list: nothing, a comma, or the last word. */
export function joiner(index: number, length: number, last = 'and'): string {
  if (index === 0) return '';
  return index === length - 1 ? ` ${last} ` : ', ';
}
