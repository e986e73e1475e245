/** Asks the npm registry about the packages of a lock. */
import { mapConcurrently } from '../../core/concurrency.ts';
import { maxConcurrentDownloads } from '../../core/limits.ts';
import { NoSuchPackage, type NpmRegistry } from './registry.ts';
import type { Packument } from './packument.ts';

/** By package name. A package that the registry does not have, or does not show yet, is absent. */
export type Packuments = ReadonlyMap<string, Packument>;

/** @throws Failure if the registry does not answer: without an answer, a check has not passed */
export async function fetchPackuments(
  packages: Iterable<{ readonly name: string }>,
  registry: Pick<NpmRegistry, 'packument'>,
): Promise<Packuments> {
  const names = [...new Set([...packages].map(({ name }) => name))];
  const found = await mapConcurrently(names, maxConcurrentDownloads, (name) => unlessMissing(registry.packument(name)));
  return new Map(names.flatMap((name, index) => (found[index] === undefined ? [] : [[name, found[index]]])));
}

async function unlessMissing(answer: Promise<Packument>): Promise<Packument | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof NoSuchPackage) return undefined;
    throw error;
  }
}

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
