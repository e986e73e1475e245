/** What a lock pins as a whole, and not part by part. */
import type { Lock, OciClosure } from '../schemas/types.ts';
import type { LockOf } from './kind.ts';
import type { Layers } from './blobs.ts';
import { proveOci } from './oci/lock.ts';
import type { OpenImages } from './oci/registry.ts';

/**
 * Fetches what has no parts again, and compares all that the lock says about it. Nothing happens where everything is in parts.
 * @throws Failure; Refusal E_DIGEST, E_LOCK, E_FORMAT, E_TOO_LARGE, E_UNSUPPORTED
 */
export async function proveWhole(
  lock: Lock,
  sources: { readonly images: OpenImages; readonly blobs: Layers },
): Promise<void> {
  switch (lock.closure.kind) {
    case 'npm':
    case 'pypi':
    case 'mcpb':
    case 'tarball':
    case 'git':
    case 'remote':
      return;
    case 'oci':
      return proveOci(lock as LockOf<OciClosure>, sources);
    default:
      lock.closure satisfies never;
  }
}
