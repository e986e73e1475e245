/** What an approval says, and whether a new one is due. */
import { sameJson } from '../../core/canonical.ts';
import { sha256 } from '../../core/digest.ts';
import { difference } from '../../catalog/select.ts';
import type { Tip } from '../../catalog/wanted.ts';
import type { Provenance } from '../evidence/source.ts';
import type { ServerVersion } from '../../catalog/server-version.ts';
import {
  approvalPredicateType,
  artefactSubjectName,
  lockPath,
  manifestPath,
  statementType,
} from '../../core/statement.ts';
import { daysAfter, toSecond } from '../../core/time.ts';
import type { Approval, ApprovalStatement, Environment, Policy, SignersReview } from '../../schemas/types.ts';
import type { OpenApproval, StoredApproval } from '../../catalog/published.ts';

/** What is the same for every approval of a run. */
export interface ApprovalContext {
  readonly registry: string;
  readonly environment: Environment;
  readonly policy: Policy;
  /** SHA-256 of policy.yaml's exact bytes. */
  readonly policyDigest: string;
  /** Of this program. */
  readonly version: string;
  /** Who approved the commit, and where; absent where no forge was asked. */
  readonly provenance?: Provenance;
  readonly checks: Approval['checks'];
  readonly review: SignersReview;
}

/** Whether a server's tip needs a new approval. */
export type ApprovalNeed =
  | { readonly kind: 'approved' }
  | { readonly kind: 'due' }
  /** The version was approved with other content. */
  | { readonly kind: 'conflict'; readonly differs: string };

export interface NeedOptions {
  readonly now: Date;
  readonly environment: Environment;
  readonly open: OpenApproval;
}

/**
 * `approvals` are the server's, the oldest first. The tip's must be the newest of them: going back to an older
 * version is approved again. What has expired is renewed in development only; elsewhere a review must come first.
 */
export async function approvalDue(
  tip: Pick<Tip, 'manifest' | 'manifestDigest' | 'lockDigest'>,
  approvals: readonly StoredApproval[],
  { now, environment, open }: NeedOptions,
): Promise<ApprovalNeed> {
  const latest = approvals.findLast(({ version }) => version === tip.manifest.version);
  if (latest === undefined) return { kind: 'due' };
  const differs = await difference(latest, tip, open);
  if (differs !== undefined) return { kind: 'conflict', differs };
  const { approvedAt, validUntil } = latest;
  // Signed by a clock that was wrong: hosts refuse it until then.
  const early = now < new Date(approvedAt);
  const expired = environment === 'development' && now >= new Date(validUntil);
  const current = latest === approvals.at(-1) && !expired && !early && (await sameReview(latest, tip, open));
  return { kind: current ? 'approved' : 'due' };
}

async function sameReview(
  approval: StoredApproval,
  { manifest, manifestDigest }: Pick<Tip, 'manifest' | 'manifestDigest'>,
  open: OpenApproval,
): Promise<boolean> {
  if (approval.manifestDigest === manifestDigest) return true;
  const { server } = (await open(approval)).statement.predicate;
  return server.reviewed_at === manifest.reviewed_at && sameJson(server.reviewers, manifest.reviewers);
}

/** The statement that approves a candidate. `approvedAt` is the merge time. */
export function composeApproval(
  { manifest, manifestBytes, lock, lockBytes, commit }: ServerVersion,
  { revision, sequence }: { readonly revision: number; readonly sequence: number },
  context: ApprovalContext,
  approvedAt: Date,
): ApprovalStatement {
  const rules = context.policy.data_classes[manifest.data_classification];
  const artefact =
    manifest.artefact === undefined || lock.artefact === undefined
      ? []
      : [
          {
            name: artefactSubjectName(manifest.artefact),
            digest: { sha256: lock.artefact.sha256, sha512: lock.artefact.sha512 },
          },
        ];
  return {
    _type: statementType,
    subject: [
      ...artefact,
      { name: manifestPath(manifest.name), digest: { sha256: sha256(manifestBytes) } },
      { name: lockPath(manifest.name), digest: { sha256: sha256(lockBytes) } },
    ],
    predicateType: approvalPredicateType,
    predicate: {
      schemaVersion: 1,
      environment: context.environment,
      registry: context.registry,
      sequence,
      revision,
      decision: 'approved',
      approvedAt: toSecond(approvedAt),
      validUntil: toSecond(daysAfter(approvedAt, Number.parseInt(rules.valid_for, 10))),
      offlineHours: rules.offline_hours,
      verifier: { id: 'urn:countersign:signer', version: context.version },
      policy: { uri: 'policy.yaml', digest: { sha256: context.policyDigest } },
      ...(context.provenance ?? { source: commit === undefined ? {} : { commit }, reviewers: [] }),
      checks: context.checks,
      review: context.review,
      assurance: manifest.artefact === undefined ? 'endpoint' : 'bytes',
      server: manifest,
    },
  };
}
