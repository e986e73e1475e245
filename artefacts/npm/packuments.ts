/** Remembers what the npm registry said about packages. */
import type { NpmRegistry } from './registry.ts';
import type { Packument } from './packument.ts';

/** After so many packages, all are forgotten, because all packages of a large registry do not fit in memory. */
const maxRemembered = 2000;

/** The same registry, but asked only once for each package, because most servers load the same packages. */
export function rememberPackuments(registry: NpmRegistry): NpmRegistry {
  const remembered = new Map<string, Promise<Packument>>();
  return {
    ...registry,
    packument: (name) => {
      const known = remembered.get(name);
      if (known !== undefined) return known;
      if (remembered.size >= maxRemembered) remembered.clear();
      const answer = registry.packument(name);
      remembered.set(name, answer);
      return answer;
    },
  };
}
