/** Checks where the packages of a closure are placed. A host needs this before it installs or runs one. */
import type { LockedPackage, NpmClosure } from '../../schemas/types.ts';
import { parseArtefactUrl } from '../../core/artefact.ts';
import { sha512OfIntegrity } from '../../core/digest.ts';
import { isInnerPath, packageAround } from '../../core/inner-path.ts';
import type { LockOf } from '../kind.ts';
import { lockFault } from '../lock-fault.ts';
import type { Fault } from '../../core/problem.ts';

const folder = '(?:@[A-Za-z0-9._~-]*[A-Za-z0-9_~-]/)?[A-Za-z0-9_~-][A-Za-z0-9._~-]*';
const packagePath = new RegExp(`^node_modules/${folder}(?:/node_modules/${folder})*$`, 'u');
/** How many packages may lie inside one another. */
const maxNesting = 20;
const maxPathLength = 1024;

export type Packages = ReadonlyMap<string, LockedPackage>;

export const packagesOf = ({ closure }: LockOf<NpmClosure>): Packages => new Map(Object.entries(closure.packages));

/** Everything wrong with the places of a closure. */
export function checkLayout(lock: LockOf<NpmClosure>): Fault[] {
  const packages = packagesOf(lock);
  return [...checkRoot(lock, packages), ...checkPackages(packages)];
}

/** Every package must have a place, and its files must stay in it. */
export const checkPackages = (packages: Packages): Fault[] => [
  ...[...packages].flatMap(([path, locked]) => [...checkPlace(path, packages), ...checkBins(path, locked)]),
  ...checkCase(packages),
];

function checkRoot(lock: LockOf<NpmClosure>, packages: Packages): Fault[] {
  const { root } = lock.closure;
  const locked = packages.get(root);
  if (locked === undefined) return [lockFault('lock-root', `the root ${root} is not among the packages`)];
  const reference = parseArtefactUrl(lock.artefact.url);
  const faults: Fault[] = [];
  if (reference?.kind !== 'npm' || reference.name !== locked.name || reference.version !== locked.version)
    faults.push(
      lockFault('lock-root', `the root is ${locked.name}@${locked.version}, the artefact ${lock.artefact.url}`),
    );
  if (sha512OfIntegrity(locked.integrity) !== lock.artefact.sha512)
    faults.push(lockFault('lock-root', `the root's integrity is not the artefact's sha512 ${lock.artefact.sha512}`));
  return faults;
}

function checkPlace(path: string, packages: Packages): Fault[] {
  if (path.length > maxPathLength || path.split('/node_modules/').length > maxNesting || !packagePath.test(path))
    return [lockFault('lock-path', `${JSON.stringify(path)} is not a place for a package`)];
  const above = packageAround(path);
  if (above !== '' && !packages.has(above))
    return [lockFault('lock-path', `${path} lies in ${above}, which is not in the closure`)];
  return [];
}

const checkBins = (path: string, { bin = {} }: LockedPackage): Fault[] =>
  Object.entries(bin)
    .filter(([, file]) => !isInnerPath(file))
    .map(([name, file]) =>
      lockFault('lock-bin', `the bin ${name} of ${path} is ${JSON.stringify(file)}, outside the package`),
    );

/** Two paths that are the same on a file system that ignores case. */
function checkCase(packages: Packages): Fault[] {
  const byFolded = Map.groupBy(packages.keys(), (path) => path.toLowerCase());
  return [...byFolded.values()]
    .filter((paths) => paths.length > 1)
    .map((paths) => lockFault('lock-path', `${paths.join(' and ')} differ in case only`));
}
