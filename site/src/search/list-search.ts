import { addressOf, viewOf, wholeList, type View } from '../list/address.ts';
import { fetchIndex } from './fetch-index.ts';
import { foundPanel } from './found-panel.ts';
import { fillFound, type FoundParts } from './found-list.ts';
import { resultsOf } from './results.ts';

/** The elements of a page of the list that a search changes. */
export interface ListParts extends FoundParts {
  readonly title: HTMLElement;
  /** How many servers the page lists, where it lists some. */
  readonly lede: HTMLElement | undefined;
  /** What the page lists itself. It is hidden while something else is shown, never changed. */
  readonly all: HTMLElement;
  /** The values that lead on from there. */
  readonly allPanel: HTMLElement;
  readonly found: HTMLElement;
  /** The values that lead on from what was found. */
  readonly panel: HTMLElement;
  /** A live region with the number of results. */
  readonly status: HTMLElement;
}

/**
 * Shows what is found while the user types, and what the address asks for. The address always says what is shown, so
 * that it can be shared, and that Back leads to it. Without an answer from /search.json the page's own list stays.
 */
export function bindSearch(input: HTMLInputElement, parts: ListParts, ofPage: string): void {
  /** What the page lists itself, and where. */
  const own = viewOf(ofPage);
  const [ownAddress, ownPath, ownTitle] = [addressOf(own), location.pathname, parts.title.textContent];
  let current = own;
  const isOwn = (view: View): boolean => addressOf(view) === ownAddress;

  const show = async (view: View): Promise<void> => {
    current = view;
    if (isOwn(view)) return showOwn('');
    parts.status.textContent ||= 'Searching…';
    try {
      const index = await fetchIndex();
      // The user typed more while the index was loading.
      if (current !== view) return;
      const results = resultsOf(index, view);
      const said = fillFound(parts, index, view, results);
      exchange(true);
      parts.status.textContent = said;
      // What was found is in sight before the filters are counted, which takes longer; not at all while typing goes on.
      await new Promise((resolve) => setTimeout(resolve));
      if (current === view) parts.panel.replaceChildren(...foundPanel(view, results));
    } catch {
      showOwn('The search index could not be loaded; this is the whole list.');
    }
  };
  const showOwn = (said: string): void => {
    exchange(false);
    parts.status.textContent = said;
  };
  const exchange = (found: boolean): void => {
    parts.title.textContent = found ? 'Servers' : ownTitle;
    for (const each of [parts.all, parts.allPanel, parts.lede]) if (each !== undefined) each.hidden = found;
    for (const each of [parts.found, parts.panel]) each.hidden = !found;
  };
  const fromAddress = async (): Promise<void> => {
    const view = location.search === '' ? own : viewOf(location.search);
    input.value = view.query;
    await show(view);
  };

  input.addEventListener('focus', () => void fetchIndex().catch(() => undefined));
  input.addEventListener('input', () => {
    const view = { ...current, query: input.value.trim(), page: 1 };
    const address = isOwn(view) ? ownPath : addressOf(view);
    // Back leads from a search to where it began, not through all its letters.
    if (current.query === '') history.pushState(null, '', address);
    else history.replaceState(null, '', address);
    void show(view);
  });
  input.form?.addEventListener('submit', (event) => event.preventDefault());
  for (const part of [parts.found, parts.panel, parts.allPanel])
    part.addEventListener('click', (event) => {
      const clicked = event.target instanceof Element ? event.target.closest('a') : null;
      const to = clicked?.getAttribute('href') ?? '';
      const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
      if (!plain || !(to.startsWith('/?') || (to === '/' && ownPath === '/'))) return;
      event.preventDefault();
      history.pushState(null, '', to);
      const shown = fromAddress();
      const choice = clicked?.dataset['choice'];
      // Whoever chooses a value may choose another one next.
      if (choice !== undefined) void shown.then(() => focusChoice(choice));
      else {
        scrollTo(0, 0);
        // The link is gone.
        parts.title.closest('main')?.focus();
      }
    });
  const focusChoice = (choice: string): void => {
    // Meanwhile somebody may have gone on to another place.
    if (document.activeElement !== document.body && document.activeElement?.closest('[data-choice]') === null) return;
    const links = [parts.allPanel, parts.panel].flatMap((panel) => [
      ...panel.querySelectorAll<HTMLElement>('[data-choice]'),
    ]);
    const same = links.find((each) => each.dataset['choice'] === choice && each.offsetParent !== null);
    (same ?? parts.title.closest('main'))?.focus();
  };
  addEventListener('popstate', () => {
    // After a page was loaded again, Back may lead to another list that this page does not have.
    if (location.search === '' && location.pathname !== ownPath) location.reload();
    else void fromAddress();
  });
  // What was typed before this script ran is a search too.
  if (location.search === '' && input.value !== '') void show({ ...wholeList, ...own, query: input.value.trim() });
  else if (location.search !== '') void fromAddress();
}
