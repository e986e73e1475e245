/** How many letters may be wrong in a word of that length. */
export const allowedTypos = (word: string): number => (word.length >= 8 ? 2 : word.length >= 4 ? 1 : 0);

/**
 * Whether a few letters of a word are wrong, missing, too many, or in the wrong order; the first letter is always right.
 * Words that are longer than what was typed are compared with their beginning too, since typing goes on.
 */
export function isTypoOf(typed: string, word: string, most: number): boolean {
  if (typed[0] !== word[0] || word.length < typed.length - most) return false;
  // Only these letters of the word can be compared with all that was typed.
  const seen = word.slice(0, typed.length + most);
  let older: number[] = [];
  let last = Array.from({ length: typed.length + 1 }, (_, index) => index);
  // With each letter of the word, the beginning up to it is compared: the typed word may end there.
  for (let at = 1; at <= seen.length; at += 1) {
    const next = [at];
    for (let i = 1; i <= typed.length; i += 1) {
      const same = typed[i - 1] === seen[at - 1];
      let cost = Math.min((next[i - 1] ?? 0) + 1, (last[i] ?? 0) + 1, (last[i - 1] ?? 0) + (same ? 0 : 1));
      const swapped = typed[i - 1] === seen[at - 2] && typed[i - 2] === seen[at - 1];
      if (swapped && i > 1) cost = Math.min(cost, (older[i - 2] ?? 0) + 1);
      next.push(cost);
    }
    if ((next[typed.length] ?? Infinity) <= most) return true;
    // No later letter makes it better.
    if (Math.min(...next) > most) return false;
    [older, last] = [last, next];
  }
  return false;
}
