import { mapConcurrently } from '../../core/concurrency.ts';
import type { GitObjects, ProvedBlob } from './git-objects.ts';
import { withClone } from './clone.ts';

/** Enough that a source which is far away does not wait for each answer, and few enough for what a forge allows. */
const atOnce = 16;

/** Files by their ids, each read once. */
export async function readBlobs(objects: GitObjects, ids: Iterable<string>): Promise<ReadonlyMap<string, ProvedBlob>> {
  const wanted = [...new Set(ids)];
  const blobs = await mapConcurrently(wanted, atOnce, (id) => objects.blob(id));
  return new Map(wanted.flatMap((id, index) => blobs.slice(index, index + 1).map((blob) => [id, blob] as const)));
}

/** The same from a clone. No process is started for nothing. @throws Refusal E_OBJECT, E_TOO_LARGE; Failure `git` */
export const readBlobsOf = async (root: string, ids: readonly string[]): Promise<ReadonlyMap<string, ProvedBlob>> =>
  ids.length === 0 ? new Map() : withClone(root, (objects) => readBlobs(objects, ids));
