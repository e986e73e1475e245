import type { SearchRow } from '../../../schemas/types.ts';
import { addressOf, wholeList, withValues } from './address.ts';
import { countValues, facets, type Facet, type FacetId, type Filters, type ValueCount } from './facets.ts';

/** One static page of the list. */
export interface ListPage {
  /** Its address without slashes at the ends; nothing for `/`. */
  readonly path: string | undefined;
  readonly list: List;
  /** From 1. */
  readonly number: number;
  readonly rows: readonly SearchRow[];
}

/** Some servers in some order, in pages. */
export interface List {
  /** Before the number of the page: `/`, `/changed/` or `/data/internal/`. */
  readonly base: string;
  readonly order: 'name' | 'changed';
  readonly filters: Filters;
  readonly servers: number;
  readonly pages: number;
  readonly panel: Panel;
}

/** The values that lead on from a list, by facet. */
export type Panel = readonly { readonly facet: Facet; readonly values: readonly ValueCount[] }[];

export const rowsOfPage = 100;

/**
 * The most pages of single values, whatever the tags and groups of ten thousand servers are. Further values have an
 * address that needs scripts.
 */
const maxValuePages = 400;

/** How many of the values of a facet a page of the list offers. */
export const maxPanelValues = 8;

const pagesFor = (servers: number): number => Math.max(1, Math.ceil(servers / rowsOfPage));

/** Every list of the catalog, and where each value leads. */
export class Lists {
  readonly all: Panel;
  readonly #rows: readonly SearchRow[];
  readonly #withPages: ReadonlySet<string>;

  /** `rows` are sorted by name. */
  constructor(rows: readonly SearchRow[], mostPages = maxValuePages) {
    this.#rows = rows;
    this.all = facets.map((facet) => ({ facet, values: countValues(facet, rows) }));
    const withPages = new Set<string>();
    let left = mostPages;
    // Facets with few values first; of tags and groups, those that most servers have.
    const kinds = this.all.toSorted((a, b) => Number(isOpen(a.facet)) - Number(isOpen(b.facet)));
    for (const { facet, values } of kinds)
      for (const { value, servers } of values) {
        if (pagesFor(servers) > left) continue;
        left -= pagesFor(servers);
        withPages.add(`${facet.id}/${value}`);
      }
    this.#withPages = withPages;
  }

  /** Where the servers with one value are listed. */
  addressOf(facet: FacetId, value: string): string {
    const path = `${facet}/${value}`;
    return this.#withPages.has(path) ? `/${path}/` : addressOf(withValues(wholeList, facet, [value]));
  }

  /** Whether only a script lists the servers with that value. */
  needsScripts(facet: FacetId, value: string): boolean {
    return !this.#withPages.has(`${facet}/${value}`);
  }

  *pages(): Iterable<ListPage> {
    const changed = this.#rows.toSorted((a, b) => (a.changedOn < b.changedOn ? 1 : a.changedOn > b.changedOn ? -1 : 0));
    yield* this.#pagesOf('/', 'name', this.#rows, new Map());
    yield* this.#pagesOf('/changed/', 'changed', changed, new Map());
    for (const { facet, values } of this.all) {
      const rows = new Map<string, SearchRow[]>(values.map(({ value }) => [value, []]));
      for (const row of this.#rows) for (const value of facet.valuesOf(row)) rows.get(value)?.push(row);
      for (const [value, some] of rows) {
        if (!this.#withPages.has(`${facet.id}/${value}`)) continue;
        yield* this.#pagesOf(`/${facet.id}/${value}/`, 'name', some, new Map([[facet.id, [value]]]));
      }
    }
  }

  *#pagesOf(base: string, order: List['order'], rows: readonly SearchRow[], filters: Filters): Iterable<ListPage> {
    const panel = filters.size === 0 ? this.all : this.#panelWithin(rows, filters);
    const pages = pagesFor(rows.length);
    const list: List = { base, order, filters, servers: rows.length, pages, panel };
    for (let number = 1; number <= pages; number += 1) {
      const path = pageAddress(base, number).slice(1, -1);
      const from = (number - 1) * rowsOfPage;
      const slice = rows.slice(from, from + rowsOfPage);
      yield { path: path === '' ? undefined : path, list, number, rows: slice };
    }
  }

  /** Of the facet that is filtered by, all values: a server has this one or another. */
  #panelWithin(rows: readonly SearchRow[], filters: Filters): Panel {
    return this.all.map(({ facet, values }) => ({
      facet,
      values: filters.has(facet.id) ? values : countValues(facet, rows),
    }));
  }
}

/** Whether manifests may hold any value. */
const isOpen = ({ id }: Facet): boolean => id === 'tag' || id === 'audience';

export const pageAddress = (base: string, number: number): string => (number === 1 ? base : `${base}page/${number}/`);
