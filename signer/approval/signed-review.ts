/** What an approval says of the signer's own review: when it was made, and what it found that people accepted. */
import { Failure } from '../../core/failure.ts';
import { maxSignedFindings, maxSignedMessageLength } from '../../core/limits.ts';
import { toSecond } from '../../core/time.ts';
import type { AdvisorySource, Finding, ServerReview, SignedFinding, SignersReview } from '../../schemas/types.ts';

/** @throws Failure `too-many-findings`: nobody can have accepted so many, one by one */
export function signedReview({ name, findings }: ServerReview, now: Date, { asOf }: AdvisorySource): SignersReview {
  const signed = findings.flatMap(signedFinding);
  if (signed.length > maxSignedFindings)
    throw new Failure(
      'too-many-findings',
      `the review of ${name} has ${signed.length} findings that need a person; at most ${maxSignedFindings} are signed`,
      'see them with `registry scan`, and take away what they are about',
    );
  return { reviewedAt: toSecond(now), ...(asOf !== null && { advisoriesAsOf: asOf }), findings: signed };
}

function signedFinding({ rule, level, subject, message, accepted }: Finding): SignedFinding[] {
  if (level === 'note') return [];
  const exception = accepted === undefined ? {} : { exception: { reason: accepted.reason, expires: accepted.expires } };
  return [{ rule, level, subject, message: shortened(message), ...exception }];
}

const shortened = (text: string): string => {
  const letters = [...text];
  return letters.length <= maxSignedMessageLength ? text : `${letters.slice(0, maxSignedMessageLength - 1).join('')}…`;
};
