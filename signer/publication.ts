/**
 * From approvals to what is published: records, status and repository metadata, all of it composed here. Whoever asks
 * says which approvals are current, and hands over no bytes, digests or versions of what is to be signed.
 */
import { statusPath } from '../core/metadata.ts';
import { recordPath } from '../core/statement.ts';
import type { Revocation } from '../schemas/types.ts';
import { MetadataStore } from './metadata/metadata-store.ts';
import { composeRecords } from './record.ts';
import { updateMetadata, type OnlineKeys, type Update } from './metadata/repository.ts';
import { standingRevocations, readStatus, updateStatus, type StatusSigner } from './status.ts';
import type { State } from './state/state.ts';
import type { Published } from '../catalog/published.ts';

export interface Publication {
  readonly statusSigned: boolean;
  readonly metadata: Update;
  /** What stays revoked though no lifecycle asks for it any more. */
  readonly standingRevocations: readonly Revocation[];
}

/** Signs what has to be signed again. `targetsVersion` is that of the newest targets file of the offline keys. */
export async function updatePublication(
  published: readonly Published[],
  state: State,
  signer: StatusSigner,
  { keys, targetsVersion }: { readonly keys: OnlineKeys; readonly targetsVersion: number },
  now: Date,
): Promise<Publication> {
  const statusSigned = await updateStatus(state, published, signer, now);
  const status = await readStatus(state, signer.keyring);
  if (status === undefined) throw new Error('a status was just signed');
  const named = namedFiles(published, status.bytes);
  return {
    statusSigned,
    metadata: await updateMetadata(new MetadataStore(state), { named, targetsVersion }, keys, now),
    standingRevocations: standingRevocations(status.statement, published),
  };
}

/** What the bins of the repository metadata name, by path: every record, and the status. */
export const namedFiles = (published: readonly Published[], status: Uint8Array): ReadonlyMap<string, Uint8Array> =>
  new Map([
    ...composeRecords(published).map(({ name, bytes }): [string, Uint8Array] => [recordPath(name), bytes]),
    [statusPath, status],
  ]);
