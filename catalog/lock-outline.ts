/** The small part of a lock that the review of other servers needs. */
import { sha256 } from '../core/digest.ts';
import type { Lock } from '../schemas/types.ts';
import { loadedFrom, loadedPackages } from '../artefacts/loaded.ts';
import { isPackage, type PackageName, type Part, type PinnedPackage } from '../artefacts/part.ts';

/** The bytes of a part, and the packages inside them, each once. */
export interface PackageIdentity extends PinnedPackage {
  readonly bundledNames?: readonly Pick<PackageName, 'type' | 'name'>[];
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
  const byLabel = new Map(
    bundled.filter(isPackage).map((each) => [`${each.type} ${each.name}`, { type: each.type, name: each.name }]),
  );
  const bundledNames = [...byLabel].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, named]) => named);
  return {
    type,
    name,
    version,
    ...(file !== undefined && { file }),
    integrity,
    ...(bundledNames.length > 0 && { bundledNames }),
  };
}
