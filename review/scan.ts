/** The review of a registry: reviews one server after the other, and puts the results together. */
import { hasErrors, inOrder, type Problem } from '../core/problem.ts';
import { lockPath, manifestPath } from '../core/statement.ts';
import { dayOf, toSecond } from '../core/time.ts';
import type { AdvisorySource as DescribedSource, Review, ServerReview, Verdict } from '../schemas/types.ts';
import type { Base } from '../catalog/base.ts';
import type { RegistryFiles, ServerFiles, SurveyedServer } from '../catalog/registry-files.ts';
import { filesWithSecrets } from '../catalog/secrets.ts';
import type { CheckName, ReviewTools } from './checks/checks.ts';
import { changesLaterReviews } from './verdict/later-reviews.ts';
import { appliedPolicies, strictest } from './verdict/verdict.ts';
import { reviewServer, type ReviewTask } from './review-server.ts';
import { rulesDigest } from './checks/all-rules.ts';

/** The input of a review. */
export interface Scan {
  readonly repository: RegistryFiles<SurveyedServer>;
  readonly base: Base;
  /** The problems that `validate` reports. */
  readonly problems: readonly Problem[];
  /** The commit of the working tree; absent if the tree has uncommitted changes. */
  readonly commit?: string;
  /** The servers to review. Each is read when its turn comes. */
  readonly servers: Iterable<ServerFiles>;
  readonly checks: ReadonlySet<CheckName>;
}

/** Reviews servers one after the other, because a single one may need the whole machine. */
export async function scan(
  { repository, base, problems, commit, servers, checks }: Scan,
  tools: ReviewTools,
  onReviewed: (review: ServerReview) => void = () => undefined,
): Promise<Review> {
  const today = dayOf(tools.moment);
  const reviews: ServerReview[] = [];
  // A problem of its files is not a finding, but a server with one must not be merged either.
  const broken = new Set(problems.filter(({ severity }) => severity !== 'warning').map(({ file }) => file));
  for (const server of servers) {
    const candidate = {
      ...compared(server, base),
      policies: appliedPolicies(server.name, repository.policy?.value, base, today),
      isBroken: broken.has(manifestPath(server.name)) || broken.has(lockPath(server.name)),
    };
    const review = await reviewServer(candidate, checks, tools);
    reviews.push(review);
    onReviewed(review);
  }
  return compose({
    repository,
    base,
    problems,
    commit,
    reviews,
    moment: tools.moment,
    advisories: tools.advisories.describe(),
  });
}

/** Puts the result of `scan` together. It also works where the policy could not be read and no server was reviewed. */
export const compose = ({
  repository,
  base,
  problems,
  commit,
  reviews,
  moment,
  advisories,
}: Pick<Scan, 'repository' | 'base' | 'problems'> & {
  readonly commit: string | undefined;
  readonly reviews: readonly ServerReview[];
  readonly moment: Date;
  readonly advisories: DescribedSource;
}): Review => ({
  schemaVersion: 1,
  commit: commit ?? null,
  base: base.commit ?? null,
  moment: toSecond(moment),
  policy: repository.policy?.sha256 ?? null,
  rules: rulesDigest(),
  advisories,
  verdict: verdictOfAll(problems, reviews, base.commit, commit),
  problems: inOrder(problems).map((problem) => ({ ...problem })),
  servers: withoutSecrets(reviews, filesWithSecrets(problems)).sort((a, b) => (a.name < b.name ? -1 : 1)),
});

/** The verdict on everything. Without a base nobody knows what changed, so that a person must look. */
function verdictOfAll(
  problems: readonly Problem[],
  reviews: readonly ServerReview[],
  base: string | undefined,
  commit: string | undefined,
): Verdict {
  const isMain = commit !== undefined && commit === base;
  const needsPerson = base === undefined || problems.some(changesLaterReviews);
  return strictest(
    [
      ...(hasErrors(problems) ? [isMain ? ('due' as const) : ('must-not-merge' as const)] : []),
      ...(needsPerson ? ['needs-a-person' as const] : []),
      ...reviews.map(({ verdict }) => verdict),
    ],
    isMain ? 'nothing-due' : 'may-merge',
  );
}

/** Findings and gains may quote any part of a manifest. If it contains a credential, only their kinds are shown. */
const withoutSecrets = (reviews: readonly ServerReview[], files: ReadonlySet<string>): ServerReview[] =>
  reviews.map((review) => ({
    ...review,
    gains: files.has(manifestPath(review.name))
      ? review.gains.map((gain) => ({ ...gain, subject: notShown }))
      : review.gains,
    findings: review.findings.map((finding) =>
      files.has(finding.file) ? { ...finding, subject: 'manifest', message: `this is ${notShown}` } : finding,
    ),
  }));

const notShown = 'not shown, because the manifest contains a credential';

function compared(server: ServerFiles, base: Base): Omit<ReviewTask, 'policies'> {
  const before = base.changed.get(server.name);
  if (before === undefined) return { server, change: 'unchanged' };
  const isNew = before.manifest === undefined && before.lock === undefined;
  return isNew ? { server, change: 'new' } : { server, change: 'changed', before };
}
