/**
 * Keeps a registry going: the status and the repository metadata first, over what is approved; then approvals of what is
 * due, and status and metadata again over those.
 */
import { Failure } from '../core/failure.ts';
import { inOrder, type Problem } from '../core/problem.ts';
import type { NpmRegistry } from '../core/npm-registry.ts';
import { Refusal } from '../core/refusal.ts';
import { manifestPath } from '../core/statement.ts';
import type { Revocation } from '../schemas/types.ts';
import { approve } from './approval/approve.ts';
import { ApprovalsStore, type StoredApprovals } from './approval/approvals-store.ts';
import { findDue } from './approval/due.ts';
import { faultOf } from './approval/fault.ts';
import { fetchAndReview, type Looked } from './approval/fetch-and-review.ts';
import type { SigningKey } from './keys/signing-key.ts';
import { writeFileIndex } from './file-index-store.ts';
import { updatePublication } from './publication.ts';
import { readStatus } from './status.ts';
import type { Evidences, Provenance } from './evidence/source.ts';
import type { SigningKeys } from './identity.ts';
import type { Prepared } from './prepare.ts';
import { selectPublished } from '../catalog/select.ts';
import type { Published, StoredApproval } from '../catalog/published.ts';
import type { Tip } from '../catalog/wanted.ts';

export interface SigningRun extends Prepared {
  readonly now: Date;
  /** Of this program. */
  readonly version: string;
  /** Opened only where something has to be fetched. */
  readonly openRegistry: () => Promise<NpmRegistry>;
  readonly onFetched: (done: number, of: number) => void;
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
  const first = await publish(stored, keys, run);
  const { approvals, approved, problems } = await approveDue(store, stored, keys, run);
  const second = approved.length === 0 ? first : await publish({ ...stored, approvals }, keys, run);
  await store.saveIndex(stored.index);
  await writeFileIndex(run.state, run.files);
  return {
    problems: inOrder([
      ...run.problems,
      ...stored.problems,
      ...problems,
      ...second.standingRevocations.map(revocationKept),
    ]),
    approved,
    statusSigned: first.statusSigned || second.statusSigned,
    metadataSigned: first.metadataSigned + (second === first ? 0 : second.metadataSigned),
    published: second.published,
  };
}

type Approvals = ReadonlyMap<string, readonly StoredApproval[]>;

interface PublishedOnce {
  readonly published: readonly Published[];
  readonly statusSigned: boolean;
  readonly metadataSigned: number;
  readonly standingRevocations: readonly Revocation[];
}

/** Brings status and metadata up to what is approved. */
async function publish(
  stored: Pick<StoredApprovals, 'approvals' | 'open' | 'index'>,
  keys: SigningKeys,
  { servers, identity, state, now }: SigningRun,
): Promise<PublishedOnce> {
  const { published } = await selectPublished(servers, stored.approvals, stored.open);
  // Without any server there is nothing to say, until something was said once.
  if (published.length === 0 && (await readStatus(state, identity.keyring)) === undefined)
    return { published, statusSigned: false, metadataSigned: 0, standingRevocations: [] };
  const { statusSigned, metadata, standingRevocations } = await updatePublication(
    published,
    stored,
    state,
    { ...identity, key: keys.approval },
    { keys, targetsVersion: identity.targetsVersion },
    now,
  );
  const metadataSigned = metadata.bins + Number(metadata.snapshot) + Number(metadata.timestamp);
  return { published, statusSigned, metadataSigned, standingRevocations };
}

interface Approved {
  readonly approvals: Approvals;
  readonly approved: readonly string[];
  readonly problems: readonly Problem[];
}

/** Fetches, reviews and approves what is due, each server by itself. */
async function approveDue(
  store: ApprovalsStore,
  { approvals, damaged, open }: StoredApprovals,
  keys: SigningKeys,
  run: SigningRun,
): Promise<Approved> {
  const { servers, identity, policy, now, version } = run;
  const held = new Set([...run.held, ...damaged]);
  const due = await findDue(servers, approvals, { environment: identity.environment, now, held, open });
  // Without its policy, and where the registry's own files are at fault, nothing new is approved.
  if (policy === undefined || run.heldAltogether) return { approvals, approved: [], problems: due.problems };
  const looked = await fetchAndReview(due.candidates, {
    ...run,
    environment: identity.environment,
    policy: policy.value,
    approvals,
  }).catch(sourceFailed);
  const problems = [...due.problems, ...looked.problems];
  const all = new Map(approvals);
  const approved: string[] = [];
  for (const { candidate, checks } of looked.passed) {
    const { name } = candidate.manifest;
    try {
      const before = all.get(name) ?? [];
      const files = await candidate.read();
      const provenance = run.evidence === undefined ? undefined : await provenanceOf(candidate, run.evidence);
      const approval = await approve(files, before, checks, {
        identity,
        key: keys.approval,
        policy,
        now,
        version,
        provenance,
      });
      await store.add(approval, files.manifestBytes, files.lockBytes);
      all.set(name, [...before, approval]);
      approved.push(`${name}@${candidate.manifest.version}`);
    } catch (error) {
      problems.push(faultOf(error, 'approval', manifestPath(name)));
    }
  }
  return { approvals: all, approved, problems };
}

/** @throws Refusal E_EVIDENCE_…; Failure `no-evidence` and where the forge does not answer */
async function provenanceOf(tip: Tip, evidence: Evidences): Promise<Provenance> {
  const { commit, committedAt, manifestDigest, lockDigest } = tip;
  const { name } = tip.manifest;
  if (commit !== undefined) return evidence.of({ name, commit, committedAt, manifestDigest, lockDigest });
  throw new Failure('no-evidence', `no commit of the main line brought ${name} as it is`, 'merge it in a pull request');
}

/** Status and metadata are signed by now: what all candidates need, and what does not answer, is a problem of this run. */
function sourceFailed(error: unknown): Looked {
  if (!(error instanceof Failure || error instanceof Refusal)) throw error;
  return { passed: [], problems: [{ ...faultOf(error, 'review', 'policy.yaml'), code: error.code }] };
}

const revocationKept = ({ name, versions, state }: Revocation): Problem => ({
  code: 'revocation-kept',
  file: manifestPath(name),
  message: `${name} ${typeof versions === 'string' ? versions : versions.join(', ')} stays ${state}, though its lifecycle no longer says so`,
  remedy: 'put the entry back; to let a version run again, have it reviewed again: a new reviewed_at approves it again',
  severity: 'warning',
});
