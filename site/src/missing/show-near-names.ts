import type { SearchIndex } from '../../../schemas/types.ts';
import { nearNames, wantedName } from './near-names.ts';

/** Offers the servers whose names are like the last word of an address without a page, and a search for that word. */
export async function showNearNames(page: Document, path: string): Promise<void> {
  const wanted = wantedName(path);
  const near = page.querySelector<HTMLElement>('[data-near]');
  const search = page.querySelector<HTMLElement>('[data-search]');
  if (wanted === undefined || near === null || search === null) return;
  search.replaceChildren(link(page, `/?q=${encodeURIComponent(wanted)}`, `Search for “${wanted}”`));
  search.hidden = false;
  const answer = await fetch('/search.json');
  if (!answer.ok) return;
  const { rows } = (await answer.json()) as SearchIndex;
  const names = nearNames(
    wanted,
    rows.map(({ name }) => name),
  );
  if (names.length === 0) return;
  near.querySelector('ul')?.replaceChildren(
    ...names.map((name) => {
      const item = page.createElement('li');
      item.append(link(page, `/servers/${name}/`, name));
      return item;
    }),
  );
  near.hidden = false;
}

function link(page: Document, href: string, words: string): HTMLAnchorElement {
  const made = page.createElement('a');
  made.href = href;
  made.textContent = words;
  return made;
}
