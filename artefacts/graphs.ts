/** Who needs whom in a closure. Hosts do not ask: comparing versions takes long to load. */
import type { Fault } from '../core/problem.ts';
import type { Closure, Lock } from '../schemas/types.ts';
import type { LockOf } from './kind.ts';
import { rootOf } from './kinds.ts';
import { checkImages } from './oci/check.ts';
import { checkClosure, npmDependencies } from './npm/dependencies.ts';
import { checkRequirements, pypiDependencies } from './pypi/dependencies.ts';
import { checkTreeDependencies, treeDependencies } from './trees/dependencies.ts';
import type { TreeClosure } from './trees/parts.ts';

interface Graph<C extends Closure> {
  /** Everything wrong with the closure: places first, then what is missing, does not fit, or is needed by nothing. */
  readonly check: (lock: LockOf<C>) => Fault[];
  /** By the folder of each part, the folders of what it needs, sorted. What is optional and not there is left out. */
  readonly dependencies: (lock: LockOf<C>) => ReadonlyMap<string, readonly string[]>;
}

const trees: Graph<TreeClosure> = { check: checkTreeDependencies, dependencies: treeDependencies };

const graphs: { readonly [K in Closure['kind']]: Graph<Extract<Closure, { kind: K }>> } = {
  npm: { check: checkClosure, dependencies: npmDependencies },
  pypi: { check: checkRequirements, dependencies: pypiDependencies },
  mcpb: trees,
  tarball: trees,
  git: trees,
  // What lies in its layers is not told apart.
  oci: { check: ({ closure, artefact }) => checkImages(closure, artefact), dependencies: () => new Map() },
  remote: { check: () => [], dependencies: () => new Map() },
};

/** The compiler cannot follow through the union that a graph fits its own closures. */
const graphOf = ({ closure }: Lock): Graph<Closure> => graphs[closure.kind] as unknown as Graph<Closure>;

export const checkGraph = (lock: Lock): Fault[] => graphOf(lock).check(lock as LockOf<Closure>);

export const dependenciesOf = (lock: Lock): ReadonlyMap<string, readonly string[]> =>
  graphOf(lock).dependencies(lock as LockOf<Closure>);

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
