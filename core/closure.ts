/** The dependencies of a closure: every one there and satisfied, and nothing there that none asks for. */
import { satisfies, validRange } from 'semver';
import type { Lock, LockedPackage } from '../schemas/types.ts';
import { checkLayout, lockFault } from './closure-layout.ts';
import { packageAround } from './inner-path.ts';
import type { Fault } from './problem.ts';

type Packages = ReadonlyMap<string, LockedPackage>;

/** Everything wrong with the closure of a lock. */
export function checkClosure(lock: Lock): Fault[] {
  const misplaced = checkLayout(lock);
  if (misplaced.length > 0) return misplaced;
  const packages: Packages = new Map(Object.entries(lock.closure.packages));
  return [...checkEdges(lock.closure.root, packages), ...checkOptional(lock.closure.root, packages)];
}

interface Edge {
  readonly name: string;
  readonly range: string;
  readonly optional: boolean;
}

/** What a package asks for. A name may stand among several kinds; npm lets the later one count. */
function edgesOf(locked: LockedPackage): Edge[] {
  const optionalPeers = new Set(locked.optionalPeers);
  const kinds: readonly (readonly [Readonly<Record<string, string>> | undefined, (name: string) => boolean])[] = [
    [locked.peerDependencies, (name) => optionalPeers.has(name)],
    [locked.dependencies, () => false],
    [locked.optionalDependencies, () => true],
  ];
  const edges = new Map<string, Edge>();
  for (const [ranges = {}, optional] of kinds)
    for (const [name, range] of Object.entries(ranges)) edges.set(name, { name, range, optional: optional(name) });
  return [...edges.values()];
}

/**
 * The packages of a closure that one of them loads, by their paths, sorted. What is optional and not there is left out.
 */
export const dependenciesOf = (path: string, packages: Packages): string[] => {
  const locked = packages.get(path);
  const found = locked === undefined ? [] : edgesOf(locked).map(({ name }) => resolveFrom(path, name, packages));
  return [...new Set(found.filter((it) => it !== undefined))].sort();
};

/** Every package that is reached from the root by edges that `follow` lets pass. */
function reachedFrom(root: string, packages: Packages, follow: (edge: Edge) => boolean): ReadonlySet<string> {
  const reached = new Set([root]);
  // A set visits what is added while it is walked.
  for (const path of reached) {
    const locked = packages.get(path);
    for (const edge of locked === undefined ? [] : edgesOf(locked)) {
      const found = follow(edge) ? resolveFrom(path, edge.name, packages) : undefined;
      if (found !== undefined) reached.add(found);
    }
  }
  return reached;
}

/** Every dependency must be there and fit, and nothing may be there that none asks for. */
function checkEdges(root: string, packages: Packages): Fault[] {
  const faults: Fault[] = [];
  const reached = reachedFrom(root, packages, () => true);
  for (const [path, locked] of packages) {
    if (!reached.has(path)) {
      faults.push(lockFault('extraneous-package', `nothing in the closure wants ${path}`));
      continue;
    }
    for (const { name, range, optional } of edgesOf(locked)) {
      const found = resolveFrom(path, name, packages);
      if (found !== undefined) faults.push(...checkEdge(path, name, range, found, packages));
      else if (!optional)
        faults.push(lockFault('unsatisfied-edge', `${path} wants ${name}@${range}, which is not there`));
    }
  }
  return faults;
}

/** A package may be left out on a foreign platform only where nothing needs it. */
function checkOptional(root: string, packages: Packages): Fault[] {
  const needed = reachedFrom(root, packages, ({ optional }) => !optional);
  const reached = reachedFrom(root, packages, () => true);
  return [...packages]
    .filter(([path]) => reached.has(path))
    .filter(([path, locked]) => (locked.optional === true) === needed.has(path))
    .map(([path]) =>
      lockFault('optional-flag', `${path} is ${needed.has(path) ? 'needed' : 'optional'}, and marked otherwise`),
    );
}

function checkEdge(from: string, name: string, range: string, to: string, packages: Packages): Fault[] {
  const target = packages.get(to);
  const wanted = npmRange(name, range);
  if (target === undefined) return [];
  if (wanted === undefined)
    return [lockFault('unpinned-edge', `${from} wants ${name} from ${JSON.stringify(range)}, which is no npm version`)];
  const fits =
    validRange(wanted.range, { loose: true }) === null || satisfies(target.version, wanted.range, { loose: true });
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

/** Node's own search: the package's own node_modules, then those of the folders around it. */
function resolveFrom(path: string, name: string, packages: Packages): string | undefined {
  for (let at = path; ; at = packageAround(at)) {
    const candidate = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    if (packages.has(candidate)) return candidate;
    if (at === '') return undefined;
  }
}
