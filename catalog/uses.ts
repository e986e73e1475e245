/** Which servers load a package, and through which other packages. */
import { satisfies } from 'semver';
import { waysTo } from '../core/closure.ts';
import type { Lock } from '../schemas/types.ts';

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

function usesIn(server: string, { closure }: Lock, name: string, range: string): Use[] {
  const packages = new Map(Object.entries(closure.packages));
  const found = [...packages].filter(([, locked]) => locked.name === name && isIn(locked.version, range));
  if (found.length === 0) return [];
  const ways = waysTo(
    closure,
    found.map(([path]) => path),
  );
  const label = (path: string): string => `${packages.get(path)?.name ?? ''}@${packages.get(path)?.version ?? ''}`;
  return [...Map.groupBy(found, ([, locked]) => locked.version)].map(([version, places]) => {
    const [shortest = []] = places.map(([path]) => ways.get(path) ?? [path]).sort((a, b) => a.length - b.length);
    return { server, version, way: shortest.map(label) };
  });
}

/**
 * Pre-releases are included: somebody who looks for a harmful version wants to find every use. `*` holds every version.
 */
const isIn = (version: string, range: string): boolean =>
  range === '*' || satisfies(version, range, { includePrerelease: true, loose: true });

/** The versions of every package that some locks hold. */
export function versionsIn(locks: Iterable<Lock>): ReadonlyMap<string, ReadonlySet<string>> {
  const versions = new Map<string, Set<string>>();
  for (const { closure } of locks)
    for (const { name, version } of Object.values(closure.packages))
      versions.set(name, (versions.get(name) ?? new Set()).add(version));
  return versions;
}
