/** Finds the packages of a closure that are new to this registry. */
import type { Lock } from '../../../schemas/types.ts';
import type { PackageIdentity } from '../../../catalog/lock-outline.ts';
import { partsOf } from '../../../artefacts/kinds.ts';
import { isPackage, labelOf, type PackageName, type PackageType, type Part } from '../../../artefacts/part.ts';
import type { Observation } from '../../verdict/finding.ts';

/** Packages of locks that were reviewed before. */
export interface KnownPackages {
  readonly integrities: ReadonlySet<string>;
  readonly names: (type: PackageType) => ReadonlySet<string>;
  /** All versions of one package, in no order. */
  readonly versions: (named: Named) => readonly PackageIdentity[];
}

export function knownPackages(packages: Iterable<PackageIdentity>): KnownPackages {
  const byName = new Map<string, Map<string, PackageIdentity>>();
  const integrities = new Set<string>();
  const names = new Map<PackageType, Set<string>>();
  for (const each of packages) {
    if (integrities.has(each.integrity)) continue;
    integrities.add(each.integrity);
    for (const { type, name } of namesIn(each)) names.set(type, (names.get(type) ?? new Set()).add(name));
    const same = byName.get(keyOf(each)) ?? new Map<string, PackageIdentity>();
    byName.set(keyOf(each), same.set(each.integrity, each));
  }
  return {
    integrities,
    names: (type) => names.get(type) ?? new Set(),
    versions: (named) => [...(byName.get(keyOf(named))?.values() ?? [])],
  };
}

const namesIn = (each: PackageIdentity): Pick<PackageName, 'type' | 'name'>[] => [
  ...(isPackage(each) ? [each] : []),
  ...(each.bundledNames ?? []),
];

type Named = Pick<PackageIdentity, 'type' | 'name'>;

const keyOf = ({ type, name }: Named): string => `${type} ${name}`;

/** The parts of a lock that are not known yet, each once, sorted by name and version. */
export function newParts(lock: Lock, known: KnownPackages): Part[] {
  const added = new Map<string, Part>();
  for (const locked of partsOf(lock)) if (!known.integrities.has(locked.integrity)) added.set(locked.integrity, locked);
  return [...added.values()].sort((a, b) => (labelOf(a) < labelOf(b) ? -1 : 1));
}

/** A published version never changes. If its bytes are different now, someone replaced it. */
export const checkIntegrity = (added: readonly Part[], known: KnownPackages): Observation[] =>
  added.flatMap((locked): Observation[] => {
    const before = known
      .versions(locked)
      .find(({ version, file }) => version === locked.version && file === locked.file);
    if (before === undefined) return [];
    return [
      {
        rule: 'integrity-changed',
        level: 'block',
        subject: labelOf(locked),
        message: `${labelOf(locked)} is ${short(locked.integrity)} here, and was ${short(before.integrity)} when it was reviewed`,
        remedy: 'find out who changed it: a version that was published never changes',
      },
    ];
  });

const short = (integrity: string): string => `${integrity.slice(0, 20)}…`;
