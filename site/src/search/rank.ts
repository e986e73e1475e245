import type { SearchRow } from '../../../schemas/types.ts';
import { fields } from './fields.ts';
import type { Kind, WordIndex } from './word-index.ts';
import { queryWords } from './words.ts';

/** A row in which every word of the query was found. */
export interface Hit {
  readonly row: SearchRow;
  readonly score: number;
}

export interface Ranked {
  /** The best first. */
  readonly hits: readonly Hit[];
  /** For each word of the query, the words that count as it. */
  readonly matched: ReadonlyMap<string, ReadonlyMap<string, Kind>>;
}

/** Within one field, a whole word comes before the beginning of one. It never weighs as much as a better field. */
const kindBonus: Readonly<Record<Kind, number>> = { same: 3, beginning: 2, inside: 1, typo: 0 };
const kinds = Object.keys(kindBonus).length;

/** A name that equals the word, or begins with it, comes before one that only contains it. */
const exactNameBonus = 64 * kinds;
const namePrefixBonus = 32 * kinds;

/** The rows in which every word of the query occurs, the best first; none for a query without words. */
export function rank(index: WordIndex, query: string): Ranked {
  const words = queryWords(query);
  const matched = new Map(words.map((word) => [word, index.find(word)]));
  let totals: Float64Array | undefined;
  for (const found of matched.values()) {
    const best = bestOf(index, found);
    totals = totals === undefined ? best : both(totals, best);
  }
  const hits: Hit[] = [];
  for (const [at, row] of index.rows.entries()) {
    const score = totals?.[at] ?? 0;
    if (score > 0) hits.push({ row, score: score + nameBonus(row.name, words) });
  }
  // The sort is stable: equals stay in the order of the index.
  return { hits: hits.sort((a, b) => b.score - a.score), matched };
}

/** What each row gets for one word of the query: by the best field that has it. */
function bestOf(index: WordIndex, found: ReadonlyMap<string, Kind>): Float64Array {
  const best = new Float64Array(index.rows.length);
  for (const [word, kind] of found)
    index.eachPlace(word, (row, field) => {
      const score = (fields[field]?.weight ?? 0) * kinds + kindBonus[kind];
      if (score > (best[row] ?? 0)) best[row] = score;
    });
  return best;
}

/** A row without one of them is out. */
const both = (one: Float64Array, other: Float64Array): Float64Array =>
  one.map((score, at) => {
    const added = other[at] ?? 0;
    return score > 0 && added > 0 ? score + added : 0;
  });

function nameBonus(name: string, words: readonly string[]): number {
  const [first = ''] = words;
  if (name === words.join('-')) return exactNameBonus;
  return name.startsWith(first) ? namePrefixBonus : 0;
}
