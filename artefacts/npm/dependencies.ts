/** The dependencies of a closure: each is present and fits its range, and every package is needed by another one. */
import { Range } from 'semver';
import type { LockedPackage, NpmClosure } from '../../schemas/types.ts';
import { checkLayout, packagesOf, type Packages } from './places.ts';
import { lockFault } from '../lock-fault.ts';
import { packageAround } from '../../core/inner-path.ts';
import type { LockOf } from '../kind.ts';
import type { Fault } from '../../core/problem.ts';

/** Everything wrong with the closure of a lock. */
export function checkClosure(lock: LockOf<NpmClosure>): Fault[] {
  const misplaced = checkLayout(lock);
  if (misplaced.length > 0) return misplaced;
  return checkDependencies(lock.closure.root, packagesOf(lock));
}

/** What is missing among some packages, does not fit, or is needed by nothing. `root` is the path of the one that needs all others. */
export function checkDependencies(root: string, packages: Packages): Fault[] {
  const graph = graphOf(packages);
  const reached = reachedFrom(root, graph, () => true);
  const needed = reachedFrom(root, graph, ({ optional }) => !optional);
  return [...checkEdges(packages, graph, reached), ...checkOptional(packages, reached, needed)];
}

interface Edge {
  readonly name: string;
  readonly range: string;
  readonly optional: boolean;
  readonly peer: boolean;
  /** The path of the package that Node finds; absent if Node finds none. */
  readonly to: string | undefined;
}

/** What each package asks for, by its path. */
type Graph = ReadonlyMap<string, readonly Edge[]>;

const graphOf = (packages: Packages): Graph =>
  new Map([...packages].map(([path, locked]) => [path, edgesOf(path, locked, packages)]));

/** What a package asks for. A name may be in several of the lists; npm takes the last one, in this order. */
function edgesOf(path: string, locked: LockedPackage, packages: Packages): Edge[] {
  const optionalPeers = new Set(locked.optionalPeers);
  const kinds: readonly (readonly [
    Readonly<Record<string, string>> | undefined,
    (name: string) => boolean,
    boolean,
  ])[] = [
    [locked.peerDependencies, (name) => optionalPeers.has(name), true],
    [locked.dependencies, () => false, false],
    [locked.optionalDependencies, () => true, false],
  ];
  const edges = new Map<string, Edge>();
  for (const [ranges = {}, optional, peer] of kinds)
    for (const [name, range] of Object.entries(ranges))
      edges.set(name, { name, range, peer, optional: optional(name), to: resolveFrom(path, name, packages) });
  return [...edges.values()];
}

/** By the path of each package, the paths of those that it loads, sorted. An optional package that is not there is left out. */
export const npmDependencies = (lock: LockOf<NpmClosure>): ReadonlyMap<string, readonly string[]> =>
  dependenciesIn(packagesOf(lock));

/** The same of some packages. */
export function dependenciesIn(packages: Packages): ReadonlyMap<string, readonly string[]> {
  const graph = graphOf(packages);
  return new Map([...graph].map(([path, edges]) => [path, [...new Set(edges.flatMap(({ to }) => to ?? []))].sort()]));
}

/** What some packages ask of each other: by the path of the one that is asked for, every range. */
export function rangesIn(packages: Packages): ReadonlyMap<string, readonly Range[]> {
  const ranges = new Map<string, Range[]>();
  for (const edge of [...graphOf(packages).values()].flat()) {
    const range = rangeOf(npmRange(edge.name, edge.range)?.range ?? '*');
    if (edge.to !== undefined && range !== undefined) ranges.set(edge.to, [...(ranges.get(edge.to) ?? []), range]);
  }
  return ranges;
}

/** An optional dependency that is not there. */
export interface LeftOut {
  /** The folder of the package that asks for it. */
  readonly folder: string;
  readonly name: string;
  readonly range: string;
}

/** The optional dependencies, peers aside, that some packages do without. */
export const leftOutOf = (packages: Packages): LeftOut[] =>
  [...packages].flatMap(([folder, { optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => resolveFrom(folder, name, packages) === undefined)
      .map(([name, range]) => ({ folder, name, range })),
  );

/** Every package that can be reached from the root through the edges for which `follow` returns true. */
function reachedFrom(root: string, graph: Graph, follow: (edge: Edge) => boolean): ReadonlySet<string> {
  const reached = new Set([root]);
  // Iterating over a Set also visits the entries that are added meanwhile.
  for (const path of reached)
    for (const edge of graph.get(path) ?? []) if (edge.to !== undefined && follow(edge)) reached.add(edge.to);
  return reached;
}

/** Every dependency must be present and fit its range, and every package must be required by another one. */
function checkEdges(packages: Packages, graph: Graph, reached: ReadonlySet<string>): Fault[] {
  const faults: Fault[] = [];
  for (const [path, edges] of graph) {
    if (!reached.has(path)) {
      faults.push(lockFault('extraneous-package', `nothing in the closure wants ${path}`));
      continue;
    }
    for (const { name, range, optional, peer, to } of edges)
      if (to !== undefined) faults.push(...checkEdge(path, name, range, to, packages, peer));
      else if (!optional)
        faults.push(lockFault('unsatisfied-edge', `${path} wants ${name}@${range}, which is not there`));
  }
  return faults;
}

/** On a platform that a package is not for, it may be left out only if nothing requires it. */
const checkOptional = (packages: Packages, reached: ReadonlySet<string>, needed: ReadonlySet<string>): Fault[] =>
  [...packages]
    .filter(([path]) => reached.has(path))
    .filter(([path, locked]) => (locked.optional === true) === needed.has(path))
    .map(([path]) =>
      lockFault('optional-flag', `${path} is ${needed.has(path) ? 'needed' : 'optional'}, and marked otherwise`),
    );

function checkEdge(from: string, name: string, range: string, to: string, packages: Packages, peer: boolean): Fault[] {
  const target = packages.get(to);
  const wanted = npmRange(name, range);
  if (target === undefined) return [];
  if (wanted === undefined)
    return [
      lockFault(
        'unpinned-edge',
        `${from} wants ${name} from ${JSON.stringify(range)}, which is not a version of an npm package`,
      ),
    ];
  // If two packages want peers that exclude each other, npm warns and installs one of them, and Node loads that one.
  const fits = peer || (rangeOf(wanted.range)?.test(target.version) ?? true);
  if (target.name === wanted.name && fits) return [];
  return [
    lockFault(
      'unsatisfied-edge',
      `${from} wants ${wanted.name}@${wanted.range}; ${to} is ${target.name}@${target.version}`,
    ),
  ];
}

/** `^1.2.0` or `npm:other@^1.2.0`; nothing for an address, a git reference or a path. A word is an npm tag. */
function npmRange(name: string, range: string): { readonly name: string; readonly range: string } | undefined {
  const alias = /^npm:(?<name>(?:@[^/@]+\/)?[^/@]+)(?:@(?<range>.*))?$/u.exec(range)?.groups;
  if (alias?.name !== undefined) return { name: alias.name, range: alias.range ?? '*' };
  return /[:/]/u.test(range) ? undefined : { name, range };
}

/** `undefined` for an npm tag, which does not say which version it means. */
function rangeOf(range: string): Range | undefined {
  try {
    return new Range(range, { loose: true });
  } catch {
    return undefined;
  }
}

/** Searches as Node does: first in the package's own node_modules, then in those of the folders above it. */
function resolveFrom(path: string, name: string, packages: Packages): string | undefined {
  for (let at = path; ; at = packageAround(at)) {
    const candidate = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    if (packages.has(candidate)) return candidate;
    if (at === '') return undefined;
  }
}
