/** Approves what is due and passed its review, each server by itself. */
import { Failure } from '../../core/failure.ts';
import type { Problem } from '../../core/problem.ts';
import { Refusal } from '../../core/refusal.ts';
import { manifestPath } from '../../core/statement.ts';
import type { StoredApproval } from '../../catalog/published.ts';
import type { Tip } from '../../catalog/wanted.ts';
import type { Evidences, Provenance } from '../evidence/source.ts';
import type { SigningKey } from '../keys/signing-key.ts';
import type { Prepared } from '../prepared.ts';
import { approve } from './approve.ts';
import type { ApprovalsStore, StoredApprovals } from './approvals-store.ts';
import { findDue } from './due.ts';
import { faultOf } from './fault.ts';
import { approvedPackages, rememberPackages } from './approved-packages.ts';
import type { ReviewContext, ReviewOutcome } from './fetch-and-review.ts';

export interface ApprovingRun extends Omit<Prepared, 'config' | 'problems' | 'program'> {
  readonly now: Date;
  /** Of this program. */
  readonly version: string;
  /** Says which candidates passed. @throws where a source fails that all of them need */
  readonly review: (candidates: readonly Tip[], context: ReviewContext) => Promise<ReviewOutcome>;
  /** Who approved what is due; absent where no forge is asked. */
  readonly evidence?: Evidences;
}

export interface Approved {
  /** Everything that is approved now. */
  readonly approvals: StoredApprovals['approvals'];
  /** What is new of it, as name@version. */
  readonly approved: readonly string[];
  readonly problems: readonly Problem[];
}

/** What is due and is not held. Without its policy, and where the registry's own files are at fault, nothing is. */
export async function candidatesOf(
  { approvals, damaged, open }: Pick<StoredApprovals, 'approvals' | 'damaged' | 'open'>,
  { servers, identity, held, heldAltogether, policy, now }: Omit<ApprovingRun, 'review' | 'evidence' | 'state'>,
): Promise<{ readonly candidates: readonly Tip[]; readonly problems: readonly Problem[] }> {
  const context = { environment: identity.environment, now, held: new Set([...held, ...damaged]), open };
  const { candidates, problems } = await findDue(servers, approvals, context);
  return { candidates: policy === undefined || heldAltogether ? [] : candidates, problems };
}

/** What is wrong with one server holds up no other. */
export async function approveDue(
  store: ApprovalsStore,
  stored: StoredApprovals,
  key: SigningKey,
  run: ApprovingRun,
): Promise<Approved> {
  const { approvals } = stored;
  const { identity, policy, state, now, version } = run;
  const due = await candidatesOf(stored, run);
  if (policy === undefined || due.candidates.length === 0) return { approvals, approved: [], problems: due.problems };
  const outcome = await run
    .review(due.candidates, {
      ...{ ...run, environment: identity.environment, policy: policy.value },
      approvedPackages: () => approvedPackages(state, store, approvals),
    })
    .catch(sourceFailed);
  const problems = [...due.problems, ...outcome.problems];
  const all = new Map(approvals);
  const approved: string[] = [];
  for (const { candidate, checks, review } of outcome.passed) {
    const { name } = candidate.manifest;
    try {
      const before: readonly StoredApproval[] = all.get(name) ?? [];
      const files = await candidate.read();
      const provenance = run.evidence === undefined ? undefined : await provenanceOf(candidate, run.evidence);
      const reviewed = { checks, review };
      const approver = { identity, key, policy, now, version, provenance };
      const { approval, summary } = await approve(files, before, reviewed, approver);
      await store.add(approval, files.manifestBytes, files.lockBytes, summary);
      all.set(name, [...before, approval]);
      approved.push(`${name}@${candidate.manifest.version}`);
    } catch (error) {
      problems.push(faultOf(error, 'approval', manifestPath(name)));
    }
  }
  if (approved.length > 0) await rememberPackages(state, store, all);
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
function sourceFailed(error: unknown): ReviewOutcome {
  if (!(error instanceof Failure || error instanceof Refusal)) throw error;
  return { passed: [], problems: [{ ...faultOf(error, 'review', 'policy.yaml'), code: error.code }] };
}
