/** What the review of one server asks of the locks of all others: far less than they hold. */
import { sha256 } from '../core/digest.ts';
import type { Lock, LockedPackage } from '../schemas/types.ts';

/** A package, as far as its bytes decide. */
export type PackageIdentity = Pick<LockedPackage, 'name' | 'version' | 'integrity'>;

export interface LockOutline {
  /** Of the exact bytes: whoever reads the lock again later can tell that it is the same. */
  readonly sha256: string;
  /** Their names. */
  readonly tools: readonly string[];
  /** Those that no lock had which was outlined before; none where they were not asked for. */
  readonly packages: readonly PackageIdentity[];
}

/** Outlines locks one after the other. Most packages lie in many locks, and are given with the first. */
export function lockOutliner(): (lock: { value: Lock; bytes: Uint8Array }, withPackages: boolean) => LockOutline {
  const given = new Set<string>();
  return ({ value, bytes }, withPackages) => ({
    sha256: sha256(bytes),
    tools: value.tools.map(({ name }) => name),
    packages: withPackages
      ? packagesOf(value)
          .filter(({ integrity }) => isFirst(given, integrity))
          .map(identityOf)
      : [],
  });
}

export const packagesOf = ({ closure }: Lock): LockedPackage[] => Object.values(closure.packages);

const isFirst = (given: Set<string>, integrity: string): boolean => given.size < given.add(integrity).size;

const identityOf = ({ name, version, integrity }: LockedPackage): PackageIdentity => ({ name, version, integrity });
