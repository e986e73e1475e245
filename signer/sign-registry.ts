/**
 * Keeps a registry going: the status and the repository metadata first, over what is approved; then approvals of what is
 * due, and status and metadata again over those.
 */
import { inOrder, type Problem } from '../core/problem.ts';
import { approveDue } from './approval/approve-due.ts';
import { ApprovalsStore } from './approval/approvals-store.ts';
import { fetchAndReview, type Fetching } from './approval/fetch-and-review.ts';
import type { SigningKey } from './keys/signing-key.ts';
import { writeFileIndex } from './file-index-store.ts';
import { MetadataStore } from './metadata/metadata-store.ts';
import { updateMetadata } from './metadata/repository.ts';
import { RecordIndex } from './record-index.ts';
import { contentOf, revocationsKept, signStatus, type Approvals, type SpokenOf } from './publication.ts';
import type { Evidences } from './evidence/source.ts';
import type { SigningKeys } from './identity.ts';
import type { Prepared } from './prepared.ts';
import type { Published } from '../catalog/published.ts';

export interface SigningRun extends Prepared, Fetching {
  readonly now: Date;
  /** Of this program. */
  readonly version: string;
  /** Who approved what is due; absent where no forge is asked. */
  readonly evidence?: Evidences;
}

export interface SigningResult {
  /** Those of the preparation among them. */
  readonly problems: readonly Problem[];
  /** New approvals, as name@version. */
  readonly approved: readonly string[];
  readonly statusSigned: boolean;
  /** Files of the repository metadata that were signed. */
  readonly metadataSigned: number;
  /** What is approved now. */
  readonly published: readonly Published[];
}

/**
 * Signs status and metadata, and every version that is due and passes. What is wrong with one server is a problem, and
 * holds up neither another server nor a revocation nor a renewal.
 * @throws where all are concerned: no key, a damaged store
 */
export async function signRegistry(run: SigningRun): Promise<SigningResult> {
  const keys = await run.identity.openKeys();
  try {
    return await signWith(keys, run);
  } finally {
    for (const key of Object.values(keys) as SigningKey[]) await key.close?.();
  }
}

async function signWith(keys: SigningKeys, run: SigningRun): Promise<SigningResult> {
  const store = new ApprovalsStore(run.state, run.program);
  const stored = await store.readAll(run.identity.keyring);
  const records = await RecordIndex.read(run.state, run.program);
  const first = await publish(stored, records, keys, run);
  const { approvals, approved, problems } = await approveDue(store, stored, keys.approval, {
    ...run,
    review: (candidates, context) =>
      fetchAndReview(candidates, { ...context, openSources: run.openSources, onFetched: run.onFetched }),
  });
  const second = approved.length === 0 ? first : await publish({ ...stored, approvals }, records, keys, run);
  await store.saveIndex(stored.index);
  await records.write(run.state);
  await writeFileIndex(run.state, run.files);
  return {
    problems: inOrder([...run.problems, ...stored.problems, ...problems, ...revocationsKept(second)]),
    approved,
    statusSigned: first.statusSigned || second.statusSigned,
    metadataSigned: first.metadataSigned + (second === first ? 0 : second.metadataSigned),
    published: second.published,
  };
}

/** Brings status and metadata up to what is approved. */
async function publish(
  approvals: Approvals,
  records: RecordIndex,
  keys: SigningKeys,
  run: SigningRun,
): Promise<SpokenOf & { readonly metadataSigned: number }> {
  const spokenOf = await signStatus(run, approvals, keys.approval, run.now);
  const content = await contentOf(run, spokenOf.published, approvals.open, records);
  if (content === undefined) return { ...spokenOf, metadataSigned: 0 };
  const { bins, snapshot, timestamp } = await updateMetadata(new MetadataStore(run.state), content, keys, run.now);
  return { ...spokenOf, metadataSigned: bins + Number(snapshot) + Number(timestamp) };
}
