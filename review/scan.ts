/** From what is wanted to the review: which servers are looked at, under which policies, against what. */
import { hasErrors, inOrder, type Problem } from '../core/problem.ts';
import { lockPath, manifestPath } from '../core/statement.ts';
import { toSecond } from '../core/time.ts';
import type { AdvisorySource as DescribedSource, Review, ServerReview } from '../schemas/types.ts';
import type { Base } from '../catalog/base.ts';
import { packagesOf } from '../catalog/lock-outline.ts';
import type { RegistryFiles, ServerFiles, SurveyedServer } from '../catalog/registry-files.ts';
import { filesWithSecrets } from '../catalog/secrets.ts';
import { advisoriesChanged } from './checks/advisories/at-base.ts';
import type { CheckName, ReviewTools } from './checks/checks.ts';
import { judgeOf, strictest } from './verdict/judge.ts';
import { knownPackages, type KnownPackages } from './checks/packages/packages.ts';
import { reviewServer, type ReviewTask } from './review-server.ts';
import { rulesDigest } from './checks/all-rules.ts';

/** What a review is of. */
export interface Scan {
  readonly repository: RegistryFiles<SurveyedServer>;
  readonly base: Base;
  /** What `validate` says of the files. */
  readonly problems: readonly Problem[];
  /** The commit that the working tree is; absent where it differs from every commit. */
  readonly commit?: string;
  /** Those that are reviewed, each asked for when its turn comes. */
  readonly servers: Iterable<ServerFiles>;
  readonly checks: ReadonlySet<CheckName>;
}

/** Reviews servers one after the other: each may take all of the machine. */
export async function scan(
  { repository, base, problems, commit, servers, checks }: Scan,
  tools: ReviewTools,
  onReviewed: (review: ServerReview) => void = () => undefined,
): Promise<Review> {
  const today = toSecond(tools.moment).slice(0, 10);
  const reviews: ServerReview[] = [];
  // What is wrong with its files is no finding, and keeps a server out all the same.
  const broken = new Set(problems.filter(({ severity }) => severity !== 'warning').map(({ file }) => file));
  for (const server of servers) {
    const candidate = { ...compared(server, base), judge: judgeOf(server.name, repository.policy?.value, base, today) };
    const found = await reviewServer(candidate, checks, tools);
    const isBroken = broken.has(manifestPath(server.name)) || broken.has(lockPath(server.name));
    const review: ServerReview = isBroken ? { ...found, verdict: 'must-not-merge' } : found;
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

/** What `scan` gives, from its parts; also where the policy cannot be read and no server could be looked at. */
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
  verdict: strictest([
    ...(hasErrors(problems) ? ['must-not-merge' as const] : []),
    // No server need change for what comes after it to be judged otherwise.
    ...(problems.some(({ code }) => code === 'policy-changed' || code === advisoriesChanged)
      ? ['needs-a-person' as const]
      : []),
    ...reviews.map(({ verdict }) => verdict),
  ]),
  problems: inOrder(problems).map((problem) => ({ ...problem })),
  servers: withoutSecrets(reviews, filesWithSecrets(problems)).sort((a, b) => (a.name < b.name ? -1 : 1)),
});

/** Findings may quote anything of a manifest: of one with a credential in it they say no more than their rules. */
const withoutSecrets = (reviews: readonly ServerReview[], files: ReadonlySet<string>): ServerReview[] =>
  reviews.map((review) => ({
    ...review,
    findings: review.findings.map((finding) =>
      files.has(finding.file)
        ? { ...finding, subject: 'manifest', message: 'this is not shown: a credential stands in the manifest' }
        : finding,
    ),
  }));

function compared(server: ServerFiles, base: Base): Omit<ReviewTask, 'judge'> {
  const before = base.changed.get(server.name);
  if (before === undefined) return { server, change: 'unchanged' };
  const isNew = before.manifest === undefined && before.lock === undefined;
  return isNew ? { server, change: 'new' } : { server, change: 'changed', before };
}

/** Packages that were reviewed at the base: those of the locks there, where of the others here the packages are outlined. */
export const packagesAtBase = ({ servers }: RegistryFiles<SurveyedServer>, { changed }: Base): KnownPackages =>
  knownPackages([
    ...servers.filter(({ name }) => !changed.has(name)).flatMap(({ lock }) => lock?.outline?.packages ?? []),
    ...[...changed.values()].flatMap(({ lock }) => (lock === undefined ? [] : packagesOf(lock))),
  ]);
