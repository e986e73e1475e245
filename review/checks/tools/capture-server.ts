import { sha256 } from '../../../core/digest.ts';
import { Failure } from '../../../core/failure.ts';
import { Refusal } from '../../../core/refusal.ts';
import type { CapturedServer } from '../../../schemas/types.ts';
import type { ServerFiles } from '../../../catalog/registry-files.ts';
import { captureOffers } from '../../../resolve/capture.ts';
import type { Resolver } from '../../../resolve/lock.ts';

/** Starts a server in the sandbox, and returns what it offers or the reason why there is nothing; undefined without a lock. */
export async function captureServer(
  { name, manifest, lock }: ServerFiles,
  resolver: Resolver,
): Promise<CapturedServer[]> {
  if (lock === undefined) return [];
  const digest = sha256(lock.bytes);
  // Its lock was made without tools because it shows none here, so there is nothing to compare.
  if (lock.value.capture === 'none')
    return [{ kind: 'failed', name, lock: digest, why: 'its lock says that its tools were not captured' }];
  try {
    const captured = await captureOffers(manifest.value, lock.value, resolver);
    return [{ kind: 'captured', name, lock: digest, ...captured }];
  } catch (error) {
    if (!(error instanceof Failure || error instanceof Refusal)) throw error;
    return [{ kind: 'failed', name, lock: digest, why: error.message.slice(0, 1000) }];
  }
}

/** The entry of a server that must not be started, with the reason; none without a lock. */
export const notCaptured = ({ name, lock }: ServerFiles, why: string): CapturedServer[] =>
  lock === undefined ? [] : [{ kind: 'failed', name, lock: sha256(lock.bytes), why: why.slice(0, 1000) }];
