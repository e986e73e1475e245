/** Signs an approval of what was fetched and reviewed. */
import type { Approval, Policy } from '../../schemas/types.ts';
import type { OpenedApproval, StoredApproval } from '../../catalog/published.ts';
import type { ServerVersion } from '../../catalog/server-version.ts';
import { signStatement } from '../bundle.ts';
import type { Provenance } from '../evidence/source.ts';
import type { Identity } from '../identity.ts';
import type { SigningKey } from '../keys/signing-key.ts';
import { composeApproval } from './approval.ts';
import { openApprovalFile } from './approvals-store.ts';
import type { ReviewedCandidate } from './review-due.ts';
import { composeSummary } from './summary.ts';

/** In whose name, by which policy. */
export interface Approver {
  readonly identity: Identity;
  readonly key: SigningKey;
  readonly policy: { readonly value: Policy; readonly sha256: string };
  readonly now: Date;
  /** Who approved the commit, and where; absent where no forge was asked. */
  readonly provenance?: Provenance | undefined;
  /** Of this program. */
  readonly version: string;
}

/** A new approval, and its verification summary, which that of an endpoint has not. */
export interface NewApproval {
  readonly approval: OpenedApproval;
  readonly summary: Uint8Array | undefined;
}

/** `stored` are the server's approvals, the oldest first. @throws Refusal where hosts would refuse the new one */
export async function approve(
  candidate: ServerVersion,
  stored: readonly StoredApproval[],
  { checks, review }: Pick<ReviewedCandidate, 'checks' | 'review'>,
  { identity, key, policy, now, version, provenance }: Approver,
): Promise<NewApproval> {
  const next = {
    revision: (stored.findLast((each) => each.version === candidate.manifest.version)?.revision ?? 0) + 1,
    sequence: (stored.at(-1)?.sequence ?? 0) + 1,
  };
  const context = {
    registry: identity.registry,
    environment: identity.environment,
    policy: policy.value,
    policyDigest: policy.sha256,
    version,
    ...(provenance !== undefined && { provenance }),
    checks: [...closureCheck(candidate, version), ...checks],
    review,
  };
  // In production from the merge on, so that signing again extends nothing. What nobody merged is tried out here and now.
  const approvedAt = identity.environment === 'production' ? (candidate.committedAt ?? now) : now;
  const statement = composeApproval(candidate, next, context, approvedAt);
  const approval = openApprovalFile(await signStatement(statement, key, identity.keyring), identity.keyring);
  const summary = composeSummary(approval);
  return { approval, summary: summary && (await signStatement(summary, key, identity.keyring)) };
}

/** Every byte of a closure was fetched and hashed before. An endpoint has none, so there is nothing to say of it. */
const closureCheck = ({ lock }: ServerVersion, version: string): Approval['checks'] =>
  lock.artefact === undefined ? [] : [{ tool: 'closure', version, result: 'passed', ranBy: 'signer' }];
