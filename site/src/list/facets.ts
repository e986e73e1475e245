import type { SearchRow } from '../../../schemas/types.ts';
import { joiner } from '../words/lists.ts';
import { typeWords } from '../words/row-words.ts';

/** One property of servers that the list can be filtered by. Its id stands in addresses. */
export interface Facet {
  readonly id: FacetId;
  readonly title: string;
  /** For the title of the page that lists all values. */
  readonly plural: string;
  readonly valuesOf: (row: SearchRow) => readonly string[];
  readonly words: (value: string) => string;
  /** The servers with a value, after "Servers"; `words` are those of the value, or of several with "or". */
  readonly phrase: (words: string) => string;
  /** The order of its values. Others come by how many servers have them. */
  readonly order?: readonly string[];
}

export type FacetId = 'data' | 'state' | 'type' | 'tag' | 'audience' | 'compliance';

/** A server has one of the values of every facet here. No facet is without values, and they are sorted, each once. */
export type Filters = ReadonlyMap<FacetId, readonly string[]>;

const same = (value: string): string => value;
const upper = (value: string): string => value.toUpperCase();
const ofType = (value: string): string => (Object.hasOwn(typeWords, value) ? typeWords[value as 'npm'] : value);

/** In the order in which pages show them. */
export const facets: readonly Facet[] = [
  {
    id: 'data',
    title: 'Data class',
    plural: 'data classes',
    valuesOf: (row) => [row.dataClassification],
    words: same,
    phrase: (words) => `with ${words} data`,
    order: ['public', 'internal', 'confidential', 'restricted'],
  },
  {
    id: 'state',
    title: 'State',
    plural: 'states',
    valuesOf: (row) => [row.state],
    words: same,
    phrase: (words) => `that are ${words}`,
    order: ['active', 'deprecated', 'withdrawn', 'revoked'],
  },
  {
    id: 'type',
    title: 'Type',
    plural: 'types',
    valuesOf: (row) => [row.artefactType],
    words: ofType,
    phrase: (words) => `of type ${words}`,
  },
  {
    id: 'tag',
    title: 'Tag',
    plural: 'tags',
    valuesOf: (row) => row.tags,
    words: same,
    phrase: (words) => `tagged ${words}`,
  },
  {
    id: 'compliance',
    title: 'Compliance',
    plural: 'laws and standards',
    valuesOf: (row) => row.compliance,
    words: upper,
    phrase: (words) => `under ${words}`,
  },
  {
    id: 'audience',
    title: 'Only for',
    plural: 'groups',
    valuesOf: (row) => row.audience,
    words: same,
    phrase: (words) => `only for ${words}`,
  },
];

export const facetOf = (id: string): Facet | undefined => facets.find((facet) => facet.id === id);

/** `internal or public` */
export const wordsOfAny = ({ words }: Facet, values: readonly string[]): string =>
  values.map((value, index) => joiner(index, values.length, 'or') + words(value)).join('');

export interface ValueCount {
  readonly value: string;
  readonly servers: number;
}

/** How many of the rows have each value. A row has no value twice. */
export function countValues({ valuesOf, order }: Facet, rows: Iterable<SearchRow>): ValueCount[] {
  const counts = new Map<string, { readonly value: string; servers: number }>();
  for (const row of rows)
    for (const value of valuesOf(row)) {
      const counted = counts.get(value);
      if (counted === undefined) counts.set(value, { value, servers: 1 });
      else counted.servers += 1;
    }
  const place = ({ value }: ValueCount): number => order?.indexOf(value) ?? -1;
  return [...counts.values()].sort(
    (a, b) => place(a) - place(b) || b.servers - a.servers || (a.value < b.value ? -1 : 1),
  );
}

/** Whether a row has what the filters ask for, except those of the facet `but`. */
export function hasAll(row: SearchRow, filters: Filters, but?: FacetId): boolean {
  for (const { id, valuesOf } of facets) {
    const wanted = filters.get(id);
    if (wanted !== undefined && id !== but && !valuesOf(row).some((value) => wanted.includes(value))) return false;
  }
  return true;
}
