import { bindArrowKeys } from './arrow-keys.ts';
import { bindSearch } from './list-search.ts';
import { bindShortcut } from './shortcut.ts';

const part = (selector: string): HTMLElement | undefined => document.querySelector<HTMLElement>(selector) ?? undefined;

const input = document.querySelector<HTMLInputElement>('input[name=q]');
const list = part('[data-view]');

if (input !== null) bindShortcut(input);
// On pages other than the list, the form itself goes to /?q=…
if (input !== null && list !== undefined) {
  const named = (selector: string): HTMLElement => {
    const found = part(selector);
    if (found === undefined) throw new Error(`the page has no ${selector}`);
    return found;
  };
  bindArrowKeys(input);
  bindSearch(
    input,
    {
      title: named('[data-list=title]'),
      lede: part('[data-list=lede]'),
      all: named('[data-list=all]'),
      allPanel: named('[data-list=panel]'),
      found: named('[data-list=found]'),
      status: named('[data-list=status]'),
      rows: named('[data-found=rows]'),
      filters: named('[data-found=filters]'),
      orders: named('[data-found=orders]'),
      nothing: named('[data-found=nothing]'),
      tries: named('[data-found=tries]'),
      pager: named('[data-found=pager]'),
      panel: named('[data-list=found-panel]'),
    },
    list.dataset['view'] ?? '',
  );
}
