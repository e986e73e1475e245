import { facetOf, facets, wordsOfAny, type FacetId, type Filters } from './facets.ts';

const orders = ['best', 'name', 'changed'] as const;
export type Order = (typeof orders)[number];

/** Which servers are listed, and in which order. */
export interface View {
  readonly query: string;
  readonly filters: Filters;
  /** Nothing else was chosen: the best first where there is a query, otherwise by name. */
  readonly order: Order;
  /** From 1. */
  readonly page: number;
}

export const wholeList: View = { query: '', filters: new Map(), order: 'best', page: 1 };

/**
 * The view that the query of an address asks for: `?q=mail&data=internal&tag=finance&tag=sales&sort=changed&page=2`. What is
 * unknown is left out.
 */
export function viewOf(query: string): View {
  const asked = new URLSearchParams(query);
  const filters = new Map<FacetId, readonly string[]>();
  for (const { id } of facets) {
    const values = sorted(asked.getAll(id).filter((value) => value !== ''));
    if (values.length > 0) filters.set(id, values);
  }
  const page = asked.get('page') ?? '';
  return {
    query: (asked.get('q') ?? '').trim(),
    filters,
    order: orders.find((order) => order === asked.get('sort')) ?? 'best',
    page: /^[1-9]\d{0,4}$/u.test(page) ? Number(page) : 1,
  };
}

/** However they were chosen, the same values have one address. */
const sorted = (values: readonly string[]): readonly string[] => [...new Set(values)].sort();

/** The address of a view for the script of the list page. `/` is the whole list. */
export function addressOf({ query, filters, order, page }: View): string {
  const pairs: [string, string][] = [];
  if (query !== '') pairs.push(['q', query]);
  for (const { id } of facets) for (const value of filters.get(id) ?? []) pairs.push([id, value]);
  if (order !== 'best') pairs.push(['sort', order]);
  if (page > 1) pairs.push(['page', String(page)]);
  const asked = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  return asked === '' ? '/' : `/?${asked}`;
}

/** The view with these values of a facet, or with none of it; from its first page. */
export function withValues(view: View, facet: FacetId, values: readonly string[]): View {
  const filters = new Map(view.filters);
  if (values.length === 0) filters.delete(facet);
  else filters.set(facet, sorted(values));
  return { ...view, filters, page: 1 };
}

/** The view with one more value of a facet, or without that one; from its first page. */
export function toggled(view: View, facet: FacetId, value: string): View {
  const chosen = view.filters.get(facet) ?? [];
  const others = chosen.filter((each) => each !== value);
  return withValues(view, facet, others.length < chosen.length ? others : [...chosen, value]);
}

/** Says which value of which facet a link of a panel chooses, and takes back. */
export const choiceOf = (facet: FacetId, value: string): string => `${facet}=${value}`;

/** `with internal data, tagged finance or sales` */
export const phraseOf = (filters: Filters): string =>
  [...filters].map(([id, values]) => phraseOfFacet(id, values)).join(', ');

/** `with internal or public data` */
export function phraseOfFacet(id: FacetId, values: readonly string[]): string {
  const facet = facetOf(id);
  return facet === undefined ? values.join(', ') : facet.phrase(wordsOfAny(facet, values));
}
