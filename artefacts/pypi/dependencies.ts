/**
 * The dependencies of a Python closure, on every platform that it is for: each is present and fits its range, and every
 * package is needed by another one somewhere.
 */
import type { Fault } from '../../core/problem.ts';
import { Refusal } from '../../core/refusal.ts';
import type { LockedPythonPackage, PypiClosure } from '../../schemas/types.ts';
import type { LockOf } from '../kind.ts';
import { lockFault } from '../lock-fault.ts';
import { markerHolds, parseMarker, type Marker } from './markers.ts';
import { rootPart, wheelPart } from './parts.ts';
import { checkWheels } from './places.ts';
import { markerEnvironment, type MarkerEnvironment } from './python.ts';
import { parseRequirement, type Requirement } from './requirement.ts';
import { lastPatch, targets } from './targets.ts';
import { versionFits } from './version-range.ts';

/** Everything wrong with the closure of a lock. */
export function checkRequirements(lock: LockOf<PypiClosure>): Fault[] {
  const misplaced = checkWheels(lock);
  if (misplaced.length > 0) return misplaced;
  try {
    const { edges, faults } = walk(lock);
    const unneeded = lock.closure.packages.filter((locked) => !edges.has(locked));
    return [
      ...new Map(faults.map((fault) => [fault.message, fault])).values(),
      ...unneeded.map((locked) => lockFault('extraneous-package', `nothing in the closure wants ${labelled(locked)}`)),
    ];
  } catch (error) {
    if (error instanceof Refusal) return [lockFault('lock-marker', error.message)];
    throw error;
  }
}

/** By the folder of each wheel, the folders of all wheels of the packages that it needs somewhere, sorted. */
export function pypiDependencies(lock: LockOf<PypiClosure>): ReadonlyMap<string, readonly string[]> {
  const { edges } = walk(lock);
  const foldersOf = (locked: LockedPythonPackage): string[] =>
    Object.entries(locked.wheels).map(([file, wheel]) => wheelPart(locked, file, wheel).folder);
  return new Map(
    [...edges].flatMap(([locked, needed]) => {
      const folders = [...needed].flatMap(foldersOf).sort();
      return foldersOf(locked).map((folder): [string, string[]] => [folder, folders]);
    }),
  );
}

interface Walk {
  /** Every package that the root needs on some platform, with those that it needs itself. */
  readonly edges: ReadonlyMap<LockedPythonPackage, ReadonlySet<LockedPythonPackage>>;
  readonly faults: readonly Fault[];
}

/** @throws Refusal E_FORMAT, E_TOO_LARGE for a marker that is none */
function walk(lock: LockOf<PypiClosure>): Walk {
  const { requiresPython, packages } = lock.closure;
  const edges = new Map<LockedPythonPackage, Set<LockedPythonPackage>>();
  const faults: Fault[] = [];
  const markers = new Map(
    packages.map(({ marker }): [string, Marker | undefined] => [
      marker ?? '',
      marker === undefined ? undefined : parseMarker(marker),
    ]),
  );
  const requirements = new Map(packages.map((locked) => [locked, requirementsOf(locked)]));
  const top = rootPart(lock);
  const root = packages.find(({ name, version }) => name === top?.name && version === top.version);
  if (root === undefined) return { edges, faults };
  for (const environment of environmentsFor(requiresPython)) {
    const present = packages.filter(({ marker = '' }) => holds(markers.get(marker), environment));
    for (const [name, [one, other]] of Map.groupBy(present, (locked) => locked.name))
      if (one !== undefined && other !== undefined)
        faults.push(
          lockFault('two-versions', `${name} is there as ${one.version} and as ${other.version} on one platform`),
        );
    const here = (name: string): LockedPythonPackage | undefined => present.find((locked) => locked.name === name);
    const wanted: [LockedPythonPackage, string][] = [[root, '']];
    const seen = new Set<string>();
    // Iterating over an array also visits what is added meanwhile.
    for (const [locked, extra] of wanted) {
      const key = `${labelled(locked)}[${extra}]`;
      if (seen.has(key)) continue;
      seen.add(key);
      const needs = edges.get(locked) ?? new Set();
      edges.set(locked, needs);
      for (const { text, requirement } of requirements.get(locked) ?? []) {
        if (requirement === undefined) {
          faults.push(
            lockFault('unpinned-edge', `${labelled(locked)} wants ${text}, which is no version of a package`),
          );
          continue;
        }
        if (!holds(requirement.marker, { ...environment, extra })) continue;
        const target = here(requirement.name);
        if (target === undefined || !versionFits(target.version, requirement.range)) {
          faults.push(unsatisfied(locked, text, target));
          continue;
        }
        needs.add(target);
        for (const each of ['', ...requirement.extras]) wanted.push([target, each]);
      }
    }
  }
  return { edges, faults };
}

/** On each platform with the first and with the last patch release of its Python. */
function environmentsFor(requiresPython: string): MarkerEnvironment[] {
  return targets.flatMap(({ systems: [python] }) =>
    [0, lastPatch].flatMap((patch) => {
      const version = [python.version[0], python.version[1], patch] as const;
      return versionFits(version.join('.'), requiresPython) ? [markerEnvironment({ ...python, version })] : [];
    }),
  );
}

/** What depends on something that nobody knows, such as the release of the system, counts as needed. */
const holds = (marker: Marker | undefined, environment: MarkerEnvironment): boolean =>
  marker === undefined || markerHolds(marker, environment) !== false;

interface Written {
  readonly text: string;
  readonly requirement: Requirement | undefined;
}

/** Wheels of one version mostly say the same; what one of them says counts. */
const requirementsOf = ({ wheels }: LockedPythonPackage): Written[] =>
  [...new Set(Object.values(wheels).flatMap(({ dependencies = [] }) => dependencies))].map((text) => ({
    text,
    requirement: parseRequirement(text),
  }));

const unsatisfied = (from: LockedPythonPackage, text: string, found: LockedPythonPackage | undefined): Fault =>
  lockFault(
    'unsatisfied-edge',
    found === undefined
      ? `${labelled(from)} wants ${text}, which is not there`
      : `${labelled(from)} wants ${text}; the lock has ${labelled(found)}`,
  );

const labelled = ({ name, version }: LockedPythonPackage): string => `${name}==${version}`;
