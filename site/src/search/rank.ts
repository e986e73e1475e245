import type { SearchRow } from '../../../schemas/types.ts';
import { fields } from './fields.ts';
import type { Kind, WordIndex } from './word-index.ts';
import { queryWords } from './words.ts';

export interface Ranked {
  /** The best first. */
  readonly rows: readonly SearchRow[];
  /** For each word of the query, the words that count as it. */
  readonly matched: ReadonlyMap<string, ReadonlyMap<string, Kind>>;
}

/** Within one field, a whole word comes before the beginning of one. It never weighs as much as a better field. */
const kindBonus: Readonly<Record<Kind, number>> = { same: 3, beginning: 2, inside: 1, typo: 0 };
const weights = fields.map(({ weight }) => weight);
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
  return { rows: totals === undefined ? [] : bestFirst(index, totals, words), matched };
}

/** In buckets, of which there are few: equals stay in the order of the index. */
function bestFirst({ rows }: WordIndex, totals: Float64Array, words: readonly string[]): SearchRow[] {
  const [first = ''] = words;
  const whole = words.join('-');
  const byScore = new Map<number, SearchRow[]>();
  for (let at = 0; at < rows.length; at += 1) {
    const [row, total = 0] = [rows[at], totals[at]];
    if (row === undefined || total === 0) continue;
    const { name } = row;
    const score = total + (name === whole ? exactNameBonus : name.startsWith(first) ? namePrefixBonus : 0);
    const equals = byScore.get(score);
    if (equals === undefined) byScore.set(score, [row]);
    else equals.push(row);
  }
  return [...byScore].sort(([a], [b]) => b - a).flatMap(([, equals]) => equals);
}

/** What each row gets for one word of the query: by the best field that has it. */
function bestOf(index: WordIndex, found: ReadonlyMap<string, Kind>): Float64Array {
  const best = new Float64Array(index.rows.length);
  for (const [word, kind] of found)
    index.eachPlace(word, (row, field) => {
      const score = (weights[field] ?? 0) * kinds + kindBonus[kind];
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
