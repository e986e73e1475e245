import { fetchIndex } from './fetch-index.ts';
import { rank } from './rank.ts';

/** The elements of the list page that a search changes. */
export interface ListParts {
  /** Every server. It is hidden while there is a query, never changed. */
  readonly all: HTMLElement;
  /** Copies of the matching rows, the best first. */
  readonly found: HTMLElement;
  /** A live region with the number of results. */
  readonly status: HTMLElement;
}

/** More rows than people read, but few enough to lay out within one key press. */
const maxShownRows = 50;

/** Filters the list while the user types. Without an answer from /search.json the whole list stays. */
export function bindFilter(input: HTMLInputElement, parts: ListParts): void {
  const rows = new Map(
    [...parts.all.querySelectorAll<HTMLElement>('[data-name]')].map((row) => [row.dataset['name'] ?? '', row]),
  );
  const update = async (): Promise<void> => {
    const query = input.value.trim();
    if (query === '') return show(parts, undefined, '');
    try {
      const index = await fetchIndex();
      // The user typed more while the index was loading.
      if (query !== input.value.trim()) return;
      const found = rank(index, query);
      const shown = found.slice(0, maxShownRows).flatMap((hit) => rows.get(hit.name) ?? []);
      show(parts, shown, sentence(found.length, query));
    } catch {
      show(parts, undefined, 'The search index could not be loaded; this is the whole list.');
    }
  };
  input.addEventListener('focus', () => void fetchIndex().catch(() => undefined));
  input.addEventListener('input', () => void update());
  input.form?.addEventListener('submit', (event) => {
    event.preventDefault();
    const query = input.value.trim();
    history.replaceState(null, '', query === '' ? '/' : `/?q=${encodeURIComponent(query)}`);
  });
  input.value ||= new URLSearchParams(location.search).get('q') ?? '';
  if (input.value !== '') void update();
}

function show({ all, found, status }: ListParts, rows: readonly HTMLElement[] | undefined, said: string): void {
  found.replaceChildren(...(rows ?? []).map((row) => row.cloneNode(true)));
  found.hidden = rows === undefined || rows.length === 0;
  all.hidden = rows !== undefined;
  status.textContent = said;
}

function sentence(howMany: number, query: string): string {
  if (howMany === 0) return `No server matches “${query}”. Fewer or shorter words find more.`;
  if (howMany === 1) return `1 server matches “${query}”.`;
  const cut = howMany > maxShownRows ? ` The best ${maxShownRows} are shown.` : '';
  return `${howMany} servers match “${query}”.${cut}`;
}
