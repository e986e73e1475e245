/** Which servers load a package, and through which other packages. */
import { satisfies } from 'semver';
import { waysTo } from '../artefacts/graphs.ts';
import { labelOf } from '../artefacts/part.ts';
import type { Lock } from '../schemas/types.ts';
import { loadedPackages, type LoadedPackage } from '../artefacts/loaded.ts';

/** One version of a package in one server. */
export interface Use {
  readonly server: string;
  readonly version: string;
  /** From the server's package to the one that was looked for, each as `name@version`: one of the shortest ways. */
  readonly way: readonly string[];
}

/**
 * Every version in a range that some locks hold, in their order; a version that is in one lock twice is listed once.
 */
export const usesOf = (locks: ReadonlyMap<string, Lock>, name: string, range: string): Use[] =>
  [...locks].flatMap(([server, lock]) => usesIn(server, lock, name, range));

function usesIn(server: string, lock: Lock, name: string, range: string): Use[] {
  const loaded = loadedPackages(lock);
  const found = loaded.filter((each) => each.name === name && isIn(each.version, range));
  if (found.length === 0) return [];
  const labels = new Map(loaded.map((each) => [each.path, labelOf(each)]));
  const ways = waysTo(lock, found.map(folderOf));
  const wayOf = (each: LoadedPackage): string[] => [
    ...(ways.get(folderOf(each)) ?? [folderOf(each)]),
    ...(each.bundledAt === undefined ? [] : [each.path]),
  ];
  return [...Map.groupBy(found, ({ version }) => version)].map(([version, places]) => {
    const [shortest = []] = places.map(wayOf).sort((a, b) => a.length - b.length);
    return { server, version, way: shortest.map((path) => labels.get(path) ?? '') };
  });
}

/** The place in the closure of a package, or of the one that bundles it. */
const folderOf = ({ holder }: LoadedPackage): string => holder.folder;

/**
 * Pre-releases are included: somebody who looks for a harmful version wants to find every use. `*` holds every version.
 */
const isIn = (version: string, range: string): boolean =>
  range === '*' || satisfies(version, range, { includePrerelease: true, loose: true });

/** The versions of every package that some locks hold. */
export function versionsIn(locks: Iterable<Lock>): ReadonlyMap<string, ReadonlySet<string>> {
  const versions = new Map<string, Set<string>>();
  for (const lock of locks)
    for (const { name, version } of loadedPackages(lock))
      versions.set(name, (versions.get(name) ?? new Set()).add(version));
  return versions;
}
