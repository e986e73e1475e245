import type { SearchRow } from '../../../schemas/types.ts';
import type { View } from '../list/address.ts';
import { hasAll } from '../list/facets.ts';
import { rank, type Ranked } from './rank.ts';
import type { WordIndex } from './word-index.ts';

/** What a view of the list comes to. */
export interface Results {
  /** In the order of the view. */
  readonly rows: readonly SearchRow[];
  /** Those that match the query, whatever the filters. */
  readonly unfiltered: readonly SearchRow[];
  readonly matched: Ranked['matched'];
}

export function resultsOf(index: WordIndex, view: View): Results {
  const { rows: unfiltered, matched } =
    view.query === '' ? { rows: index.rows, matched: new Map() } : rank(index, view.query);
  const rows = view.filters.size === 0 ? unfiltered : unfiltered.filter((row) => hasAll(row, view.filters));
  return { rows: inOrder(rows, view), unfiltered, matched };
}

function inOrder(rows: readonly SearchRow[], { order, query }: View): readonly SearchRow[] {
  switch (order) {
    case 'best':
      return rows;
    case 'name':
      return query === '' ? rows : rows.toSorted((a, b) => compare(a.name, b.name));
    case 'changed':
      return rows.toSorted((a, b) => compare(b.changedOn, a.changedOn) || compare(a.name, b.name));
    default:
      throw order satisfies never;
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
