/** Which of many names are near each other, without comparing each with each. */
import { isNear, maxEdits, toCompare, type ComparedName } from './confusable.ts';

/** So many comparisons cost less than an index. */
const maxComparisons = 200_000;
const maxNames = 2 ** 21;

/** Every two names that are near, by their index, where one of them is new. */
export function nearPairs(names: readonly string[], isNew: (index: number) => boolean): (readonly [number, number])[] {
  const compared = names.map(toCompare);
  const fresh = [...names.keys()].filter(isNew);
  const pairs =
    fresh.length * names.length <= maxComparisons
      ? fresh.flatMap((a) => [...names.keys()].flatMap((b) => (b < a || (b > a && !isNew(b)) ? [[a, b] as const] : [])))
      : indexedPairs(compared, isNew);
  return [...pairs]
    .filter(([a, b]) => isNear(compared[a] as ComparedName, compared[b] as ComparedName))
    .map(([a, b]) => (a < b ? ([a, b] as const) : ([b, a] as const)))
    .toSorted(([a, b], [c, d]) => a - c || b - d);
}

/**
 * Those that are one text once each has lost as many letters as edits may lie between them: whatever is near is among
 * them. https://github.com/wolfgarbe/SymSpell explains why that is few.
 */
function* indexedPairs(
  compared: readonly ComparedName[],
  isNew: (index: number) => boolean,
): Generator<readonly [number, number]> {
  if (compared.length > maxNames) throw new RangeError(`${compared.length} names are too many to compare`);
  const entries = new Float64Array(compared.reduce((sum, name) => sum + variantsOf(name), 0));
  let count = 0;
  // A hash and the index of its name in one number: to sort numbers is far cheaper than to group strings.
  for (const [index, name] of compared.entries())
    forEachVariant(name, (hash) => void (entries[count++] = hash * maxNames + index));
  entries.sort();
  const seen = new Set<number>();
  for (let start = 0, end = 0; start < entries.length; start = end) {
    const hash = Math.floor((entries[start] ?? 0) / maxNames);
    while (end < entries.length && Math.floor((entries[end] ?? 0) / maxNames) === hash) end++;
    if (end - start === 1) continue;
    const group = [...new Set(entries.subarray(start, end))].map((entry) => entry % maxNames);
    for (const [at, a] of group.entries())
      for (const b of group.slice(at + 1)) {
        if (!isNew(a) && !isNew(b)) continue;
        const pair = a * maxNames + b;
        if (seen.has(pair)) continue;
        seen.add(pair);
        yield [a, b];
      }
  }
}

function variantsOf({ joined, letters: { length } }: ComparedName): number {
  const edits = maxEdits(joined.length);
  return edits === 0 ? 0 : 1 + length + (edits === 2 ? (length * (length - 1)) / 2 : 0);
}

/** The hash of a name's letters, with what must be the same, and of each text that is left when letters are taken out. */
function forEachVariant({ joined, letters, fixed }: ComparedName, visit: (hash: number) => void): void {
  const { length } = letters;
  const edits = maxEdits(joined.length);
  if (edits === 0) return;
  // Horner's scheme over 32 bits: that of any part follows from those of two beginnings.
  const powers = new Int32Array(length + 1).fill(1);
  const hashes = new Int32Array(length + 1);
  for (let index = 0; index < length; index++) {
    powers[index + 1] = Math.imul(powers[index] ?? 0, base);
    hashes[index + 1] = (Math.imul(hashes[index] ?? 0, base) + letters.charCodeAt(index)) | 0;
  }
  const part = (from: number, to: number): number =>
    ((hashes[to] ?? 0) - Math.imul(hashes[from] ?? 0, powers[to - from] ?? 0)) | 0;
  const append = (hash: number, from: number, to: number): number =>
    (Math.imul(hash, powers[to - from] ?? 0) + part(from, to)) | 0;
  let salt = 0;
  for (let index = 0; index < fixed.length; index++) salt = (Math.imul(salt, base) + fixed.charCodeAt(index)) | 0;
  const give = (hash: number): void => visit((hash ^ Math.imul(salt, base)) >>> 0);

  give(part(0, length));
  for (let first = 0; first < length; first++) {
    const before = part(0, first);
    give(append(before, first + 1, length));
    if (edits === 2)
      for (let second = first + 1; second < length; second++)
        give(append(append(before, first + 1, second), second + 1, length));
  }
}

const base = 0x01000193;
