import type { CatalogServer } from '../../../schemas/types.ts';

/** A name, and one server that has it: a tool, a system behind, or a maintainer. */
export interface IndexRow {
  readonly name: string;
  readonly server: CatalogServer;
}

/** How many rows a page has: every page is made in every build, and opens at once on a phone. */
export const rowsOfPage = 500;

/** A row for each name of each server, by name in any case. Servers are sorted already, and stay so within a name. */
export function indexRows(
  servers: readonly CatalogServer[],
  namesOf: (server: CatalogServer) => Iterable<string>,
): readonly IndexRow[] {
  const byName = new Map<string, IndexRow[]>();
  for (const server of servers)
    for (const name of new Set(namesOf(server))) {
      const rows = byName.get(name);
      if (rows === undefined) byName.set(name, [{ name, server }]);
      else rows.push({ name, server });
    }
  return [...byName]
    .map(([name, rows]) => ({ name, key: name.toLowerCase(), rows }))
    .sort((a, b) => compare(a.key, b.key) || compare(a.name, b.name))
    .flatMap(({ rows }) => rows);
}

/** The name with which each page begins. */
export const pageStarts = (rows: readonly IndexRow[]): readonly string[] =>
  rows.flatMap(({ name }, at) => (at % rowsOfPage === 0 ? [name] : []));

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
