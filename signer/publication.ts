/**
 * From approvals to what is published: records, status and repository metadata, all of it composed here. Whoever asks
 * says which approvals are current, and hands over no bytes, digests or versions of what is to be signed.
 */
import { statusPath } from '../core/metadata.ts';
import { recordPath } from '../core/statement.ts';
import type { Revocation, TargetFile } from '../schemas/types.ts';
import type { StoredApprovals } from './approval/approvals-store.ts';
import { MetadataStore } from './metadata/metadata-store.ts';
import { targetFile } from './metadata/role.ts';
import { recordBytes, recordKey } from './record.ts';
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
  approvals: Pick<StoredApprovals, 'open' | 'index'>,
  state: State,
  signer: StatusSigner,
  { keys, targetsVersion }: { readonly keys: OnlineKeys; readonly targetsVersion: number },
  now: Date,
): Promise<Publication> {
  const statusSigned = await updateStatus(state, published, signer, now);
  const status = await readStatus(state, signer.keyring);
  if (status === undefined) throw new Error('a status was just signed');
  const named = await namedFiles(published, status.bytes, approvals);
  return {
    statusSigned,
    metadata: await updateMetadata(new MetadataStore(state), { named, targetsVersion }, keys, now),
    standingRevocations: standingRevocations(status.statement, published),
  };
}

/**
 * What the bins of the repository metadata name, by path: every record, and the status, by length and digest. Only the
 * records that changed are made.
 */
export async function namedFiles(
  published: readonly Published[],
  status: Uint8Array,
  { open, index }: Pick<StoredApprovals, 'open' | 'index'>,
): Promise<ReadonlyMap<string, TargetFile>> {
  const named = new Map<string, TargetFile>();
  for (const server of published) {
    const make = async (): Promise<TargetFile> => targetFile(recordBytes(server, await open(server.current)));
    named.set(recordPath(server.name), await index.record(server.name, recordKey(server), make));
  }
  return named.set(statusPath, targetFile(status));
}
