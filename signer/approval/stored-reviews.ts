/**
 * The reviews that one function hands to another: the one that unpacks packages has no key, and the one that has the key
 * unpacks nothing. A review is about exact bytes and an exact policy, and does not stay valid for long.
 */
import { storedReviewFormat } from '../../core/formats.ts';
import { hoursAfter, toSecond } from '../../core/time.ts';
import { maxStoredReviewBytes, storedReviewHours } from '../../core/limits.ts';
import { openFormat } from '../../core/open-format.ts';
import type { Problem } from '../../core/problem.ts';
import { manifestPath } from '../../core/statement.ts';
import type { StoredReview } from '../../schemas/types.ts';
import type { Tip } from '../../catalog/wanted.ts';
import type { State } from '../state/state.ts';
import { faultOf } from './fault.ts';
import type { ReviewOutcome } from './fetch-and-review.ts';
import type { ReviewedCandidate } from './review-due.ts';

const pathOf = (name: string): string => `reviews/${name}.json`;

/** By what a candidate was reviewed. */
export interface ReviewedBy {
  readonly program: string;
  /** SHA-256 of policy.yaml. */
  readonly policy: string;
  readonly now: Date;
}

/** Stores the review of a candidate that passed, over the server's last one. */
export async function storeReview(
  state: State,
  { candidate: { manifest, manifestDigest, lockDigest }, checks, review: signed }: ReviewedCandidate,
  { program, policy }: Omit<ReviewedBy, 'now'>,
): Promise<void> {
  const { name, version } = manifest;
  const review: StoredReview = {
    schemaVersion: 1,
    ...{ program, name, version, manifest: manifestDigest, lock: lockDigest, policy },
    review: signed,
    checks,
  };
  const before = await state.read(pathOf(name), maxStoredReviewBytes);
  // Where another was quicker, its review is as good.
  await state.replace(pathOf(name), Buffer.from(`${JSON.stringify(review)}\n`), before?.version);
}

/** The candidates that were reviewed as they are. @throws where the state does not answer */
export async function readReviews(state: State, candidates: readonly Tip[], by: ReviewedBy): Promise<ReviewOutcome> {
  const passed: ReviewedCandidate[] = [];
  const problems: Problem[] = [];
  for (const candidate of candidates) {
    const { name } = candidate.manifest;
    const stored = await state.read(pathOf(name), maxStoredReviewBytes);
    try {
      const review = stored && openFormat(storedReviewFormat, stored.bytes, state.place(pathOf(name)));
      if (review !== undefined && isOf(candidate, review, by))
        passed.push({ candidate, checks: review.checks, review: review.review, problems: [] });
      else problems.push(notReviewed(candidate, review, by.now));
    } catch (error) {
      problems.push(faultOf(error, 'review', manifestPath(name)));
    }
  }
  return { passed, problems };
}

function isOf(
  { manifest: { name, version }, manifestDigest, lockDigest }: Tip,
  stored: StoredReview,
  { program, policy, now }: ReviewedBy,
): boolean {
  const at = new Date(stored.review.reviewedAt);
  return (
    stored.name === name &&
    stored.version === version &&
    stored.manifest === manifestDigest &&
    stored.lock === lockDigest &&
    stored.policy === policy &&
    stored.program === program &&
    at <= now &&
    now < hoursAfter(at, storedReviewHours) &&
    stored.checks.every(({ result }) => result === 'passed')
  );
}

const notReviewed = ({ manifest: { name, version } }: Tip, found: StoredReview | undefined, now: Date): Problem => ({
  code: 'not-reviewed',
  file: manifestPath(name),
  message:
    found === undefined
      ? `${name} ${version} has no review that can be signed`
      : `${name} ${version} has no review that can be signed: the last one is of ${found.review.reviewedAt}, for version ${found.version}, and it is ${toSecond(now)}`,
  remedy: 'ask the function fetch-and-review about this commit: it says what keeps the server from passing',
});
