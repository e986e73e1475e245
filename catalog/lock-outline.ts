/** The small part of a lock that the review of other servers needs. */
import { sha256 } from '../core/digest.ts';
import type { Lock } from '../schemas/types.ts';
import { loadedFrom, loadedPackages } from '../artefacts/loaded.ts';
import type { Part, PinnedPackage } from '../artefacts/part.ts';

/** The bytes of a package, and the names of the packages inside them. */
export interface PackageIdentity extends PinnedPackage {
  readonly bundledNames?: readonly string[];
}

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
  size: lock === undefined ? 0 : loadedPackages(lock).length,
});

export function identityOf(part: Part): PackageIdentity {
  const { type, name, version, file, integrity } = part;
  const bundled = loadedFrom([part]).filter(({ bundledAt }) => bundledAt !== undefined);
  const bundledNames = [...new Set(bundled.map((each) => each.name))].sort();
  return {
    type,
    name,
    version,
    ...(file !== undefined && { file }),
    integrity,
    ...(bundledNames.length > 0 && { bundledNames }),
  };
}
