/** How many names are offered. */
const maxNames = 5;

/** Names that share less with the wanted one help nobody. */
const leastLikeness = 0.4;

/** The last word of an address: the name that somebody wanted. Nothing where it has none. */
export function wantedName(path: string): string | undefined {
  const last = path.split('/').findLast((part) => part !== '') ?? '';
  let word: string;
  try {
    word = decodeURIComponent(last);
  } catch {
    return undefined;
  }
  // A server's name has up to 64 characters.
  return (
    word
      .toLowerCase()
      .replace(/\.[a-z]+$/u, '')
      .slice(0, 64) || undefined
  );
}

/** The names most like the wanted one, the best first. */
export function nearNames(wanted: string, names: readonly string[]): readonly string[] {
  const pairs = pairsOf(wanted);
  return names
    .map((name) => ({ name, like: likeness(pairs, pairsOf(name)) }))
    .filter(({ like }) => like >= leastLikeness)
    .sort((a, b) => b.like - a.like || (a.name < b.name ? -1 : 1))
    .slice(0, maxNames)
    .map(({ name }) => name);
}

/** The neighbouring letters of a word, with its beginning and end: what two spellings of a word mostly share. */
function pairsOf(word: string): ReadonlySet<string> {
  const whole = `^${word}$`;
  return new Set(Array.from({ length: whole.length - 1 }, (_, at) => whole.slice(at, at + 2)));
}

/** Dice's coefficient, from 0 to 1. */
function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const pair of a) if (b.has(pair)) shared += 1;
  return (2 * shared) / (a.size + b.size);
}
