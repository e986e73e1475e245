import { addressOf, phraseOf, phraseOfFacet, toggled, type Order, type View } from '../list/address.ts';
import { facetOf } from '../list/facets.ts';
import { count, grouped } from '../words/lists.ts';
import { element, link } from './element.ts';
import { foundRow } from './found-row.ts';
import { reasonsOf } from './reasons.ts';
import type { Results } from './results.ts';
import { tries } from './tries.ts';
import type { WordIndex } from './word-index.ts';

/** More rows than people read, but few enough to lay out within one key press. */
const rowsOfResults = 25;

/** The elements of the list page that show what was found. */
export interface FoundParts {
  readonly rows: HTMLElement;
  readonly filters: HTMLElement;
  readonly orders: HTMLElement;
  readonly nothing: HTMLElement;
  readonly tries: HTMLElement;
  readonly pager: HTMLElement;
}

/** Fills the parts with what a view comes to, and gives the sentence that says how much it is. */
export function fillFound(parts: FoundParts, index: WordIndex, view: View, { rows, matched }: Results): string {
  const pages = Math.max(1, Math.ceil(rows.length / rowsOfResults));
  const page = Math.min(view.page, pages);
  const shown = rows.slice((page - 1) * rowsOfResults, page * rowsOfResults);
  parts.rows.replaceChildren(...shown.map((row) => foundRow(row, reasonsOf(row, matched))));
  parts.rows.hidden = shown.length === 0;
  parts.filters.replaceChildren(...chosen(view));
  parts.filters.hidden = view.filters.size === 0;
  parts.orders.replaceChildren(...orderNodes(view));
  parts.orders.hidden = rows.length < 2;
  parts.nothing.hidden = rows.length > 0;
  parts.tries.replaceChildren(...(rows.length === 0 ? tries(index, view) : []));
  parts.pager.replaceChildren(...pagerNodes(view, page, pages));
  parts.pager.hidden = pages === 1;
  return sentence(rows.length, view);
}

/** Each value can be removed. Where it is the only one of its facet, the link need not say which. */
const chosen = (view: View): (Node | string)[] =>
  [...view.filters].flatMap(([id, values], index) => [
    `${index === 0 ? 'Only servers ' : ', '}${phraseOfFacet(id, values)} (`,
    ...values.flatMap((value, at) => [
      ...(at > 0 ? [', '] : []),
      removal(addressOf(toggled(view, id, value)), facetOf(id)?.words(value) ?? value, values.length === 1),
    ]),
    ')',
  ]);

const removal = (href: string, words: string, isOnly: boolean): HTMLElement =>
  isOnly ? element('a', { href, 'aria-label': `remove the filter ${words}` }, 'remove') : link(href, `remove ${words}`);

function orderNodes(view: View): (Node | string)[] {
  const words: readonly (readonly [Order, string])[] =
    view.query === ''
      ? [
          ['best', 'name'],
          ['changed', 'last change'],
        ]
      : [
          ['best', 'best match'],
          ['name', 'name'],
          ['changed', 'last change'],
        ];
  const current = view.query === '' && view.order === 'name' ? 'best' : view.order;
  return [
    'Sorted by ',
    ...words.flatMap(([order, said], index) => [
      ...(index > 0 ? [' · '] : []),
      order === current ? element('strong', {}, said) : link(addressOf({ ...view, order, page: 1 }), said),
    ]),
  ];
}

const pagerNodes = (view: View, page: number, pages: number): (Node | string)[] => [
  ...(page > 1 ? [link(addressOf({ ...view, page: page - 1 }), 'Previous')] : []),
  element('span', {}, `Page ${grouped(page)} of ${grouped(pages)}`),
  ...(page < pages ? [link(addressOf({ ...view, page: page + 1 }), 'Next')] : []),
];

function sentence(howMany: number, { query, filters }: View): string {
  const what = [...(query === '' ? [] : [`“${query}”`]), ...(filters.size === 0 ? [] : [phraseOf(filters)])].join(', ');
  if (what === '') return `${count(howMany, 'server')}.`;
  if (howMany === 0) return `No server matches ${what}.`;
  return `${count(howMany, 'server')} ${howMany === 1 ? 'matches' : 'match'} ${what}.`;
}
