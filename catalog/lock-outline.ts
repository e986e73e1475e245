/** The small part of a lock that the review of other servers needs. */
import { sha256 } from '../core/digest.ts';
import type { Lock, LockedPackage } from '../schemas/types.ts';

/** A package, and the hash of its bytes. */
export type PackageIdentity = Pick<LockedPackage, 'name' | 'version' | 'integrity'>;

export interface LockOutline {
  /** Of the exact bytes, so that one can tell later whether the lock is still the same. */
  readonly sha256: string;
  /** Their names. */
  readonly tools: readonly string[];
  /** How many packages there are. */
  readonly size: number;
  /** The packages that no earlier outline had; none where they were not asked for. */
  readonly packages: readonly PackageIdentity[];
}

/** Outlines locks one after the other. Most packages are in many locks: each is listed with the first of them. */
export function lockOutliner(): (lock: { value: Lock; bytes: Uint8Array }, withPackages: boolean) => LockOutline {
  const given = new Set<string>();
  return ({ value, bytes }, withPackages) => ({
    sha256: sha256(bytes),
    tools: value.tools.map(({ name }) => name),
    size: packagesOf(value).length,
    packages: withPackages
      ? packagesOf(value)
          .filter(({ integrity }) => isFirst(given, integrity))
          .map(identityOf)
      : [],
  });
}

export const packagesOf = ({ closure }: Lock): LockedPackage[] => Object.values(closure.packages);

const isFirst = (given: Set<string>, integrity: string): boolean => given.size < given.add(integrity).size;

export const identityOf = ({ name, version, integrity }: LockedPackage): PackageIdentity => ({
  name,
  version,
  integrity,
});
