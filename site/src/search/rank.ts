import type { SearchRow } from '../../../schemas/types.ts';

/** A row with the text of each searched field in lower case, made once so that a key press costs no more than a scan. */
export interface IndexedRow {
  readonly row: SearchRow;
  readonly fields: readonly string[];
}

/** By field, in the order of `IndexedRow.fields`: name, title, tags, maintainer, tools, description. */
const weights = [32, 16, 8, 4, 2, 1] as const;

/** A name that equals the word, or begins with it, comes before one that only contains it. */
const exactNameBonus = 32;
const namePrefixBonus = 16;

/** Prepares the rows of search.json, in the order in which equals are shown. */
export function indexRows(rows: readonly SearchRow[]): IndexedRow[] {
  return rows
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((row) => ({
      row,
      fields: [row.name, row.title, row.tags.join('\n'), row.maintainer, row.tools.join('\n'), row.description].map(
        (text) => text.toLowerCase(),
      ),
    }));
}

/** The rows in which every word of the query occurs, the best first; none for a query without words. */
export function rank(index: readonly IndexedRow[], query: string): SearchRow[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const hits: { readonly row: SearchRow; readonly score: number }[] = [];
  for (const { row, fields } of index) {
    const points = score(fields, words);
    if (points > 0) hits.push({ row, score: points });
  }
  // The sort is stable: equals stay in the order of the index.
  return hits.sort((a, b) => b.score - a.score).map((hit) => hit.row);
}

function score(fields: readonly string[], words: readonly string[]): number {
  let total = 0;
  for (const word of words) {
    const field = fields.findIndex((text) => text.includes(word));
    if (field === -1) return 0;
    total += (weights[field] ?? 0) + nameBonus(fields[0] ?? '', word);
  }
  return total;
}

function nameBonus(name: string, word: string): number {
  if (name === word) return exactNameBonus;
  return name.startsWith(word) ? namePrefixBonus : 0;
}
