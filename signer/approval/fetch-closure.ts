/** The signer's own look at a closure: everything fetched and hashed, every tree computed again. */
import { artefactDigest, differences, otherTree, unpack } from '../../artefacts/contents.ts';
import { partsOf, rootOf } from '../../artefacts/kinds.ts';
import { labelOf } from '../../artefacts/part.ts';
import { storedPart, type Sources } from '../../artefacts/sources.ts';
import { proveWhole } from '../../artefacts/whole.ts';
import type { BlobStore } from '../../store/blob-store.ts';
import { mapConcurrently } from '../../core/concurrency.ts';
import { maxConcurrentDownloads } from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Lock } from '../../schemas/types.ts';

export interface ClosureSource extends Sources {
  readonly blobs: BlobStore;
  /** Called after each part. */
  readonly onFetched?: () => void;
}

/**
 * @throws Refusal E_DIGEST, E_TREE, E_LOCK, E_ARCHIVE where what is served is not what the lock says; Failure where it cannot
 *   be fetched
 */
export async function fetchClosure(lock: Lock, source: ClosureSource): Promise<void> {
  await proveWhole(lock, source);
  const root = rootOf(lock);
  await mapConcurrently(partsOf(lock), maxConcurrentDownloads, async (part) => {
    const bytes = await storedPart(part, source);
    const files = await unpack(part, bytes);
    const digest = artefactDigest(part, bytes, files);
    if (part.folder === root && digest !== lock.artefact?.sha256)
      throw mismatch(
        'E_DIGEST',
        `the artefact ${lock.artefact?.url ?? labelOf(part)} has the sha256 ${digest}, not ${lock.artefact?.sha256 ?? 'any'}`,
      );
    const tree = otherTree(part, files);
    if (tree !== undefined) throw mismatch('E_TREE', `${labelOf(part)} unpacks to the tree ${tree}, not ${part.tree}`);
    const [fault] = differences(part, bytes, files);
    if (fault !== undefined) throw mismatch('E_LOCK', fault.message);
    source.onFetched?.();
  });
}

const mismatch = (code: 'E_DIGEST' | 'E_TREE' | 'E_LOCK', message: string): Refusal =>
  new Refusal(
    code,
    message,
    'find out who changed the lock or the package; if the lock is wrong, run `registry lock` again',
  );
