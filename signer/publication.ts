/**
 * From approvals to what is published: records, status and repository metadata, all of it composed here. Whoever asks
 * says which approvals are current, and hands over no bytes, digests or versions of what is to be signed.
 */
import { statusPath } from '../core/metadata.ts';
import type { Problem } from '../core/problem.ts';
import { manifestPath, recordPath } from '../core/statement.ts';
import type { Revocation, TargetFile } from '../schemas/types.ts';
import type { StoredApprovals } from './approval/approvals-store.ts';
import { selectPublished } from '../catalog/select.ts';
import type { OpenApproval, Published } from '../catalog/published.ts';
import { placeOffline } from './identity.ts';
import type { SigningKey } from './keys/signing-key.ts';
import { MetadataStore } from './metadata/metadata-store.ts';
import type { Content } from './metadata/repository.ts';
import { targetFile } from './metadata/role.ts';
import type { Standing } from './prepared.ts';
import { recordBytes, recordKey } from './record.ts';
import type { RecordIndex } from './record-index.ts';
import { standingRevocations, readStatus, updateStatus } from './status.ts';

/** What is approved, and how it is opened. */
export type Approvals = Pick<StoredApprovals, 'approvals' | 'open'>;

/** What the status speaks of, once it is signed. */
export interface SpokenOf {
  readonly published: readonly Published[];
  readonly statusSigned: boolean;
  /** What stays revoked though no lifecycle asks for it any more. */
  readonly standingRevocations: readonly Revocation[];
}

/** Signs the status where that is due. It needs the approval key only. @throws Failure `status` */
export async function signStatus(
  { servers, identity, state }: Omit<Standing, 'program' | 'files'>,
  { approvals, open }: Approvals,
  key: SigningKey,
  now: Date,
): Promise<SpokenOf> {
  const { published } = await selectPublished(servers, approvals, open);
  // Without any server there is nothing to say, until something was said once.
  if (published.length === 0 && (await readStatus(state, identity.keyring)) === undefined)
    return { published, statusSigned: false, standingRevocations: [] };
  const statusSigned = await updateStatus(state, published, { ...identity, key }, now);
  const status = await readStatus(state, identity.keyring);
  if (status === undefined) throw new Error('a status was just signed');
  return { published, statusSigned, standingRevocations: standingRevocations(status.statement, published) };
}

/** Warns of revocations that no lifecycle asks for any more. */
export const revocationsKept = ({ standingRevocations: kept }: Pick<SpokenOf, 'standingRevocations'>): Problem[] =>
  kept.map(revocationKept);

const revocationKept = ({ name, versions, state }: Revocation): Problem => ({
  code: 'revocation-kept',
  file: manifestPath(name),
  message: `${name} ${typeof versions === 'string' ? versions : versions.join(', ')} stays ${state}, though its lifecycle no longer says so`,
  remedy: 'put the entry back; to let a version run again, have it reviewed again: a new reviewed_at approves it again',
  severity: 'warning',
});

/**
 * What the repository metadata is to name, beside what the offline keys signed, which is placed first. Nothing where no
 * status was signed yet.
 * @throws Failure `metadata-store`, `status`
 */
export async function contentOf(
  { identity, state }: Pick<Standing, 'identity' | 'state'>,
  published: readonly Published[],
  open: OpenApproval,
  records: RecordIndex,
): Promise<Content | undefined> {
  const status = await readStatus(state, identity.keyring);
  if (status === undefined) return undefined;
  await placeOffline(new MetadataStore(state), identity);
  return { named: await namedFiles(published, status.bytes, open, records), targetsVersion: identity.targetsVersion };
}

/**
 * What the bins of the repository metadata name, by path: every record, and the status, by length and digest. Only the
 * records that changed are made.
 */
export async function namedFiles(
  published: readonly Published[],
  status: Uint8Array,
  open: OpenApproval,
  records: RecordIndex,
): Promise<ReadonlyMap<string, TargetFile>> {
  const named = new Map<string, TargetFile>();
  for (const server of published) {
    const make = async (): Promise<TargetFile> => targetFile(recordBytes(server, await open(server.current)));
    named.set(recordPath(server.name), await records.record(server.name, recordKey(server), make));
  }
  return named.set(statusPath, targetFile(status));
}
