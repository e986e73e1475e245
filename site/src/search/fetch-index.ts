import type { SearchIndex } from '../../../schemas/types.ts';
import { WordIndex } from './word-index.ts';

let fetched: Promise<WordIndex> | undefined;

/** Fetches the search index once; after a failure, the next call tries again. */
export function fetchIndex(): Promise<WordIndex> {
  fetched ??= load().catch((cause: unknown) => {
    fetched = undefined;
    throw cause;
  });
  return fetched;
}

/** So few that a key press between them is answered at once. */
const rowsAtOnce = 200;

async function load(): Promise<WordIndex> {
  const answer = await fetch('/search.json');
  if (!answer.ok) throw new Error(`/search.json answered ${answer.status}`);
  const { rows } = (await answer.json()) as SearchIndex;
  const index = new WordIndex();
  for (const [at, row] of rows.entries()) {
    if (at > 0 && at % rowsAtOnce === 0) await new Promise((resolve) => setTimeout(resolve));
    index.add(row);
  }
  return index;
}
