/** Who needs whom in a closure. Hosts do not ask: comparing versions takes long to load. */
import type { Fault } from '../core/problem.ts';
import type { Closure, Lock } from '../schemas/types.ts';
import type { Documents } from './documents.ts';
import type { LockOf } from './kind.ts';
import { rootOf } from './kinds.ts';
import { checkImages } from './oci/check.ts';
import type { Outdated } from './newer.ts';
import { checkClosure, leftOutOf, npmDependencies, type LeftOut } from './npm/dependencies.ts';
import { outdatedIn } from './npm/outdated.ts';
import { packagesOf } from './npm/places.ts';
import { checkRequirements, pypiDependencies } from './pypi/dependencies.ts';
import { checkTreeDependencies, treeDependencies } from './trees/dependencies.ts';
import { treeAndPackages, treeFolder, type TreeClosure } from './trees/parts.ts';

interface Graph<C extends Closure> {
  /** Everything wrong with the closure: places first, then what is missing, does not fit, or is needed by nothing. */
  readonly check: (lock: LockOf<C>) => Fault[];
  /** By the folder of each part, the folders of what it needs, sorted. What is optional and not there is left out. */
  readonly dependencies: (lock: LockOf<C>) => ReadonlyMap<string, readonly string[]>;
  /** The packages of which a newer version was published by the date of the lock, and fits as well. */
  readonly outdated: (lock: LockOf<C>, documents: Documents) => Outdated[];
  /** The optional dependencies that it leaves out. */
  readonly leftOut: (lock: LockOf<C>) => LeftOut[];
}

const unknown = { outdated: () => [], leftOut: () => [] };

const trees: Graph<TreeClosure> = {
  check: checkTreeDependencies,
  dependencies: treeDependencies,
  outdated: (lock, documents) => outdatedIn(treeFolder, treeAndPackages(lock), documents, new Date(lock.resolvedAsOf)),
  leftOut: (lock) => leftOutOf(treeAndPackages(lock)),
};

const graphs: { readonly [K in Closure['kind']]: Graph<Extract<Closure, { kind: K }>> } = {
  npm: {
    check: checkClosure,
    dependencies: npmDependencies,
    outdated: (lock, documents) =>
      outdatedIn(lock.closure.root, packagesOf(lock), documents, new Date(lock.resolvedAsOf)),
    leftOut: (lock) => leftOutOf(packagesOf(lock)),
  },
  // A newer version may have no wheel for one of the Pythons that the lock is for.
  pypi: { check: checkRequirements, dependencies: pypiDependencies, ...unknown },
  mcpb: trees,
  tarball: trees,
  git: trees,
  // What loads what inside its layers is not known.
  oci: { check: ({ closure, artefact }) => checkImages(closure, artefact), dependencies: () => new Map(), ...unknown },
  remote: { check: () => [], dependencies: () => new Map(), ...unknown },
};

/** The compiler cannot follow through the union that a graph fits its own closures. */
const graphOf = ({ closure }: Lock): Graph<Closure> => graphs[closure.kind] as unknown as Graph<Closure>;

export const checkGraph = (lock: Lock): Fault[] => graphOf(lock).check(lock as LockOf<Closure>);

export const dependenciesOf = (lock: Lock): ReadonlyMap<string, readonly string[]> =>
  graphOf(lock).dependencies(lock as LockOf<Closure>);

export const outdatedOf = (lock: Lock, documents: Documents): Outdated[] =>
  graphOf(lock).outdated(lock as LockOf<Closure>, documents);

export const leftOutBy = (lock: Lock): LeftOut[] => graphOf(lock).leftOut(lock as LockOf<Closure>);

/**
 * Why a closure loads each of some parts: one of the shortest ways from the root to its folder, both included. A part
 * that nothing requires has no such way.
 */
export function waysTo(lock: Lock, folders: Iterable<string>): ReadonlyMap<string, readonly string[]> {
  const dependencies = dependenciesOf(lock);
  const root = rootOf(lock);
  const wantedBy = new Map<string, string | undefined>(root === undefined ? [] : [[root, undefined]]);
  // Iterating over a Map also visits the entries that are added meanwhile: the nearest come first.
  for (const folder of wantedBy.keys())
    for (const needed of dependencies.get(folder) ?? []) if (!wantedBy.has(needed)) wantedBy.set(needed, folder);
  const ways = new Map<string, readonly string[]>();
  for (const folder of folders) {
    if (!wantedBy.has(folder)) continue;
    const way = [folder];
    for (let at = wantedBy.get(folder); at !== undefined; at = wantedBy.get(at)) way.push(at);
    ways.set(folder, way.toReversed());
  }
  return ways;
}
