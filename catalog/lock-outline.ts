/** The small part of a lock that the review of other servers needs. */
import { sha256 } from '../core/digest.ts';
import type { Lock, LockedPackage } from '../schemas/types.ts';

/** A package, and the hash of its bytes. */
export type PackageIdentity = Pick<LockedPackage, 'name' | 'version' | 'integrity'>;

export interface LockOutline {
  /** Of the exact bytes, so that one can tell later whether the lock is still the same. */
  readonly sha256: string;
  /** Absent where the lock cannot be read. */
  readonly version?: string;
  /** Their names. */
  readonly tools: readonly string[];
  /** How many packages there are; some may have the same bytes. */
  readonly size: number;
}

/** @param lock undefined where the bytes cannot be read as one */
export const outlineOf = (bytes: Uint8Array, lock: Lock | undefined): LockOutline => ({
  sha256: sha256(bytes),
  ...(lock !== undefined && { version: lock.version }),
  tools: lock?.tools.map(({ name }) => name) ?? [],
  size: lock === undefined ? 0 : packagesOf(lock).length,
});

export const packagesOf = ({ closure }: Lock): LockedPackage[] => Object.values(closure.packages);

export const identityOf = ({ name, version, integrity }: LockedPackage): PackageIdentity => ({
  name,
  version,
  integrity,
});
