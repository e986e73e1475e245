/**
 * When people can confuse two names: they look alike, differ by a typing error, or differ by a word without meaning.
 */

/** Letters of other scripts that look like one of a to z, in lower case. https://www.unicode.org/reports/tr39/ */
const lookalikes: ReadonlyMap<string, string> = new Map(
  (
    [
      ['a', 'аα'],
      ['b', 'вβЬь'],
      ['c', 'сϲ'],
      ['d', 'ԁ'],
      ['e', 'еεє'],
      ['g', 'ɡ'],
      ['h', 'нһη'],
      ['i', 'іιı'],
      ['j', 'јϳ'],
      ['k', 'кκ'],
      ['l', 'ӏ'],
      ['m', 'мμ'],
      ['n', 'пո'],
      ['o', 'оοσօ'],
      ['p', 'рρ'],
      ['q', 'ԛ'],
      ['r', 'г'],
      ['s', 'ѕ'],
      ['t', 'тτ'],
      ['u', 'υս'],
      ['v', 'νѵ'],
      ['w', 'ԝω'],
      ['x', 'хχ'],
      ['y', 'уγү'],
      ['z', 'ζ'],
    ] as const
  ).flatMap(([letter, others]) => [...others].map((other) => [other, letter] as const)),
);

/** A title as words of a to z and 0 to 9 where it has such, or looks as if it had, joined by hyphens. */
export const asName = (title: string): string =>
  [...title.normalize('NFKD').toLowerCase().normalize('NFKD')]
    .map((character) => lookalikes.get(character) ?? character)
    .join('')
    .replaceAll(/[\p{M}\p{Cf}]/gu, '')
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/gu, '');

/** Words that do not distinguish servers. */
const empty: ReadonlySet<string> = new Set(['mcp', 'server', 'servers']);

const wordsOf = (name: string): string[] => name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');

/** The words of a name that say something; all, where none does. */
export function tellingWords(name: string): string[] {
  const words = wordsOf(name.toLowerCase());
  const telling = words.filter((word) => !empty.has(word));
  return telling.length === 0 ? words : telling;
}

/**
 * A name without everything that readers overlook. Names with the same skeleton are confusable. Left out or made equal
 * are: hyphens, `mcp` and `server`, a plural, and letters that look alike: 0 and o, 1, i and l, rn and m, vv and w, cl
 * and d.
 */
export function skeletonOf(name: string): string {
  return tellingWords(name)
    .join('')
    .replaceAll('0', 'o')
    .replaceAll(/[1i|]/gu, 'l')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
    .replaceAll('cl', 'd')
    .replace(/(?<=\p{L}{4})(?<!s)s$/u, '');
}

/** Whether names differ in their numbers and in nothing else, as `postgres-1` and `postgres-2` do. */
export const differInNumber = (a: string, b: string): boolean =>
  lettersOf(a) === lettersOf(b) && digitsOf(a) !== digitsOf(b);

const lettersOf = (name: string): string => name.replaceAll(/[^\p{L}]/gu, '');
const digitsOf = (name: string): string => name.replaceAll(/\D/gu, '');

/** The parts of a name, computed once because it is compared often. */
export interface ComparedName {
  readonly words: readonly string[];
  readonly joined: string;
  /** What is the same in every name that is near: the numbers, and the words too short to slip in. */
  readonly fixed: string;
  /** The letters of the other words. */
  readonly letters: string;
}

export function toCompare(name: string): ComparedName {
  const words = tellingWords(name);
  const joined = words.join('');
  const short = words.filter((word) => maxEdits(word.length) === 0);
  const long = words.filter((word) => maxEdits(word.length) > 0);
  return { words, joined, fixed: [digitsOf(joined), ...short].join(' '), letters: lettersOf(long.join('')) };
}

/** How many edits may be between two near names, by the number of characters in the shorter one. */
export const maxEdits = (length: number): 0 | 1 | 2 => (length < 4 ? 0 : length < 10 || length > 32 ? 1 : 2);

/**
 * Whether a typing error turns one name into the other. Words of three letters and all numbers must be the same; in
 * words with up to five letters only a swap or a doubled letter counts, since other words are near to every short one.
 */
export function isNear(a: ComparedName, b: ComparedName): boolean {
  const most = maxEdits(Math.min(a.joined.length, b.joined.length));
  if (a.fixed !== b.fixed || a.joined === b.joined || Math.abs(a.joined.length - b.joined.length) > most) return false;
  if (a.words.length !== b.words.length) {
    // A name with one more word is a different name, not a typing error.
    const whole = [...a.words, ...b.words].every((word) => maxEdits(word.length) > 0);
    return whole && slips(a.joined, b.joined) === 1;
  }
  let edits = 0;
  for (const [index, word] of a.words.entries()) {
    const other = b.words[index] ?? '';
    if (word !== other) edits += slips(word, other);
    if (edits > most) return false;
  }
  return true;
}

/** How many slips make one word of the other; very many where that cannot be told from another word. */
function slips(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  const edits = editsBetween(a, b);
  if (edits > maxEdits(length)) return Infinity;
  if (length >= 6) return edits;
  const swapped = a.length === b.length && [...a].toSorted().join('') === [...b].toSorted().join('');
  return swapped || once(a) === once(b) ? edits : Infinity;
}

const once = (word: string): string => word.replaceAll(/(?<letter>.)\k<letter>/gu, '$<letter>');

/** Insertions, deletions, substitutions and swaps of neighbours; 3 stands for any number above 2. */
function editsBetween(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const [from, to] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  if (from === '' || to === '') return Math.max(from.length, to.length);
  let before: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1];
      const swap = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      next.push(
        Math.min(
          (row[j - 1] ?? 3) + (same ? 0 : 1),
          (row[j] ?? 3) + 1,
          (next[j - 1] ?? 3) + 1,
          swap ? (before[j - 2] ?? 3) + 1 : 3,
        ),
      );
    }
    if (Math.min(...next) > 2 && Math.min(...row) > 2) return 3;
    [before, row] = [row, next];
  }
  return Math.min(row[to.length] ?? 3, 3);
}
