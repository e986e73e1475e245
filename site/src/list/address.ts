import { facetOf, facets, type FacetId, type Filters } from './facets.ts';

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

/** The view that the query of an address asks for: `?q=mail&data=internal&sort=changed&page=2`. What is unknown is left out. */
export function viewOf(query: string): View {
  const asked = new URLSearchParams(query);
  const filters = new Map<FacetId, string>();
  for (const { id } of facets) {
    const value = asked.get(id) ?? '';
    if (value !== '') filters.set(id, value);
  }
  const page = asked.get('page') ?? '';
  return {
    query: (asked.get('q') ?? '').trim(),
    filters,
    order: orders.find((order) => order === asked.get('sort')) ?? 'best',
    page: /^[1-9]\d{0,4}$/u.test(page) ? Number(page) : 1,
  };
}

/** The address of a view for the script of the list page. `/` is the whole list. */
export function addressOf({ query, filters, order, page }: View): string {
  const pairs: [string, string][] = [];
  if (query !== '') pairs.push(['q', query]);
  for (const { id } of facets) {
    const value = filters.get(id);
    if (value !== undefined) pairs.push([id, value]);
  }
  if (order !== 'best') pairs.push(['sort', order]);
  if (page > 1) pairs.push(['page', String(page)]);
  const asked = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  return asked === '' ? '/' : `/?${asked}`;
}

/** The view with another value of a facet, or without one; from its first page. */
export function withFilter(view: View, facet: FacetId, value: string | undefined): View {
  const filters = new Map(view.filters);
  if (value === undefined) filters.delete(facet);
  else filters.set(facet, value);
  return { ...view, filters, page: 1 };
}

/** `with internal data, tagged finance` */
export const phraseOf = (filters: Filters): string =>
  [...filters].flatMap(([id, value]) => facetOf(id)?.phrase(value) ?? []).join(', ');
