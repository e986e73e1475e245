import type { SearchIndex } from '../../../schemas/types.ts';
import { indexRows, type IndexedRow } from './rank.ts';

let fetched: Promise<IndexedRow[]> | undefined;

/** Fetches the search index once; after a failure, the next call tries again. */
export function fetchIndex(): Promise<IndexedRow[]> {
  fetched ??= load().catch((cause: unknown) => {
    fetched = undefined;
    throw cause;
  });
  return fetched;
}

async function load(): Promise<IndexedRow[]> {
  const answer = await fetch('/search.json');
  if (!answer.ok) throw new Error(`/search.json answered ${answer.status}`);
  const index = (await answer.json()) as SearchIndex;
  return indexRows(index.rows);
}
