/** Checks the wheels of a lock: where each is unpacked, and that its name is that of its package. A host needs this. */
import { parseArtefactUrl } from '../../core/artefact.ts';
import { sha512OfIntegrity } from '../../core/digest.ts';
import { compareText } from '../../core/order.ts';
import { isInnerPath } from '../../core/inner-path.ts';
import type { Fault } from '../../core/problem.ts';
import { normalPypiName } from '../../core/pypi-name.ts';
import type { LockedWheel, PypiClosure } from '../../schemas/types.ts';
import type { LockOf } from '../kind.ts';
import { lockFault } from '../lock-fault.ts';
import { partsIn, rootPart } from './parts.ts';
import { isSameVersion, parseWheelName } from './wheel-name.ts';

/** So that every system takes the folder of a wheel. */
const maxFileLength = 255;

/** Everything wrong with the wheels: each must be of its package, and have a folder of its own. */
export function checkWheels(lock: LockOf<PypiClosure>): Fault[] {
  const { packages } = lock.closure;
  return [
    ...checkRoot(lock),
    ...packages.flatMap(({ name, version, wheels }) => {
      const label = `${name}==${version}`;
      const found = Object.entries(wheels);
      return [
        ...(found.length === 0 ? [lockFault('lock-wheel', `${label} has no wheel`)] : []),
        ...found.flatMap(([file, wheel]) => checkWheel(label, file, wheel, { name, version })),
      ];
    }),
    ...checkOrder(packages),
    ...checkTwice(lock),
  ];
}

function checkRoot(lock: LockOf<PypiClosure>): Fault[] {
  const { url, sha512 } = lock.artefact;
  const root = rootPart(lock);
  if (root === undefined) return [lockFault('lock-root', `none of its wheels has the sha256 of the artefact`)];
  const reference = parseArtefactUrl(url);
  const faults: Fault[] = [];
  if (
    reference?.kind !== 'pypi' ||
    normalPypiName(reference.name) !== root.name ||
    !isSameVersion(reference.version, root.version)
  )
    faults.push(lockFault('lock-root', `the root is ${root.name}==${root.version}, the artefact ${url}`));
  if (sha512OfIntegrity(root.integrity) !== sha512)
    faults.push(lockFault('lock-root', `the root's integrity is not the artefact's sha512 ${sha512}`));
  return faults;
}

function checkWheel(
  label: string,
  file: string,
  { paths = [] }: LockedWheel,
  locked: { readonly name: string; readonly version: string },
): Fault[] {
  const named = file.length > maxFileLength ? undefined : parseWheelName(file);
  if (named === undefined) return [lockFault('lock-wheel', `${label} has ${JSON.stringify(file)}, which is no wheel`)];
  const outside = paths.filter((path) => path !== '' && !isInnerPath(path));
  return [
    ...(named.name === locked.name && isSameVersion(named.version, locked.version)
      ? []
      : [lockFault('lock-wheel', `${label} has ${file}, which is another package's`)]),
    ...outside.map((path) =>
      lockFault('lock-path', `${file} looks for modules in ${JSON.stringify(path)}, outside it`),
    ),
  ];
}

/** As `registry lock` writes them. */
export const inOrder = (a: Versioned, b: Versioned): number =>
  compareText(a.name, b.name) || compareText(a.version, b.version);

interface Versioned {
  readonly name: string;
  readonly version: string;
}

const checkOrder = (packages: readonly Versioned[]): Fault[] =>
  packages.every((each, index) => index === 0 || inOrder(packages[index - 1] ?? each, each) < 0)
    ? []
    : [lockFault('lock-order', 'its packages are not sorted, or one stands there twice')];

/** Two folders that are the same on a file system that ignores case. */
const checkTwice = (lock: LockOf<PypiClosure>): Fault[] =>
  [...Map.groupBy(partsIn(lock), ({ folder }) => folder.toLowerCase()).values()]
    .filter((same) => same.length > 1)
    .map((same) => lockFault('lock-path', `${same.map(({ file }) => file).join(' and ')} differ in case only`));
