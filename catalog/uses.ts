/** Which servers load a package, and through which other packages. */
import { waysTo } from '../artefacts/graphs.ts';
import { isNamed, isPackage, labelOf, type PackageName } from '../artefacts/part.ts';
import type { Lock } from '../schemas/types.ts';
import { loadedPackages, type LoadedPackage } from '../artefacts/loaded.ts';
import { isMeant, type PackageQuery } from './package-query.ts';

/** One version of a package in one server. */
export interface Use {
  readonly server: string;
  readonly version: string;
  /** From the server's package to the one that was looked for, each as its label: one of the shortest ways. */
  readonly way: readonly string[];
}

/**
 * Every version that is asked for and that some locks hold, in their order; one that is in one lock twice is listed once.
 */
export const usesOf = (locks: ReadonlyMap<string, Lock>, query: PackageQuery): Use[] =>
  [...locks].flatMap(([server, lock]) => usesIn(server, lock, query));

function usesIn(server: string, lock: Lock, query: PackageQuery): Use[] {
  const loaded = loadedPackages(lock);
  const found = loaded.filter((each) => isPackage(each) && isMeant(query, each));
  if (found.length === 0) return [];
  const labels = new Map([
    ...loaded.map(({ holder }) => [holder.folder, holder.label] as const),
    ...loaded.map((each) => [each.path, labelOf(each)] as const),
  ]);
  const ways = waysTo(lock, found.map(folderOf));
  const wayOf = (each: LoadedPackage): string[] => [
    ...(ways.get(folderOf(each)) ?? [folderOf(each)]),
    ...(each.bundledAt === undefined ? [] : [each.path]),
  ];
  return [...Map.groupBy(found, labelOf).values()].flatMap((places) => {
    const [shortest = []] = places.map(wayOf).sort((a, b) => a.length - b.length);
    const way = shortest.map((path) => labels.get(path) ?? '');
    return places.slice(0, 1).map(({ version }) => ({ server, version, way }));
  });
}

/** The place in the closure of a package, or of the one that bundles it. */
const folderOf = ({ holder }: LoadedPackage): string => holder.folder;

/** What some locks hold under the name, and what may be in the range, which its registry cannot read: by server. */
export const notCompared = (
  locks: ReadonlyMap<string, Lock>,
  { name, unread }: PackageQuery,
): ReadonlyMap<string, readonly PackageName[]> =>
  new Map(
    [...locks]
      .map(([server, lock]) => {
        const left = packagesIn([lock]).filter((each) => unread.includes(each.type) && isNamed(each, name));
        return [server, left] as const;
      })
      .filter(([, left]) => left.length > 0),
  );

/** Every version of a package that some locks hold, once. */
export const packagesIn = (locks: Iterable<Lock>): PackageName[] => [
  ...new Map(
    [...locks]
      .flatMap(loadedPackages)
      .filter(isPackage)
      .map((each) => [labelOf(each), each]),
  ).values(),
];
