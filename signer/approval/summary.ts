/**
 * The verification summary of an approval: a SLSA VSA (https://slsa.dev/spec/v1.2/verification_summary). It is for
 * programs that know this one statement, such as those that admit images to a cluster. Hosts read the approval.
 */
import { openBundle } from '../../core/bundle.ts';
import { canonicalJson } from '../../core/canonical.ts';
import { countsStill, type OpenKeyring } from '../../core/keyring.ts';
import { Refusal } from '../../core/refusal.ts';
import {
  artefactSubjectName,
  checkSignedFor,
  statementType,
  subjectNamed,
  type SignedFor,
} from '../../core/statement.ts';
import type { Environment, VerificationSummary } from '../../schemas/types.ts';
import type { OpenedApproval } from '../../catalog/published.ts';

const verifierId = 'urn:countersign:signer:';

type Summarised = Pick<OpenedApproval, 'statement' | 'digest'>;

/** Nothing for an endpoint: it has no artefact, and nobody verified what runs there. */
export function composeSummary({ statement, digest }: Summarised): VerificationSummary | undefined {
  const { artefact } = statement.predicate.server;
  if (artefact === undefined) return undefined;
  const { environment, registry, approvedAt, verifier, policy } = statement.predicate;
  const subject = subjectNamed(statement.subject, artefactSubjectName(artefact), 'the approval');
  return {
    _type: statementType,
    subject: [subject],
    predicateType: 'https://slsa.dev/verification_summary/v1',
    predicate: {
      verifier: { id: `${verifierId}${environment}:${registry}`, version: { countersign: verifier.version } },
      timeVerified: approvedAt,
      resourceUri: subject.name,
      policy: { uri: 'urn:countersign:policy.yaml', digest: policy.digest },
      inputAttestations: [{ digest: { sha256: digest } }],
      verificationResult: 'PASSED',
      verifiedLevels: ['COUNTERSIGN_CLOSURE_APPROVED'],
      slsaVersion: '1.2',
    },
  };
}

/** Who verified says for which registry and environment it was signed. The statement has the form of its schema. */
export function summarySignedFor({ predicate: { verifier, timeVerified } }: VerificationSummary): SignedFor {
  const [environment, registry = ''] = verifier.id.slice(verifierId.length).split(':');
  return { environment: environment as Environment, registry, signedAt: new Date(timeVerified) };
}

/**
 * Checks that a bundle is the summary of this approval. False where its key was revoked: the keyring lists which
 * approvals of such a key still count, and no summaries.
 * @throws Refusal where it is anything else
 */
export function isSummaryOf(approval: Summarised, bytes: Uint8Array, keyring: OpenKeyring): boolean {
  const what = 'a verification summary';
  const opened = openBundle(bytes, keyring, what);
  const summary = composeSummary(approval);
  if (summary === undefined || Buffer.compare(opened.payload, canonicalJson(summary)) !== 0)
    throw new Refusal(
      'E_FORMAT',
      `${what} is not the one of the approval ${approval.digest}`,
      'restore it from a copy',
    );
  if (!countsStill(opened.key, opened.digest)) return false;
  checkSignedFor(summarySignedFor(summary), opened, keyring, what);
  return true;
}
