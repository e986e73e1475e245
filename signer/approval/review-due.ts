/** The signer's own review of what is due: it signs no result that it did not compute. */
import { BlobStore } from '../../store/blob-store.ts';
import { canonicalJson } from '../../core/canonical.ts';
import { sha256 } from '../../core/digest.ts';
import type { OpenSources } from '../../artefacts/open-sources.ts';
import type { Problem } from '../../core/problem.ts';
import { lockPath, manifestPath } from '../../core/statement.ts';
import { dayOf, toSecond } from '../../core/time.ts';
import { locateIn } from '../../core/yaml.ts';
import type { Approval, Environment, Policy, ServerReview, SignersReview } from '../../schemas/types.ts';
import type { PackageIdentity } from '../../catalog/lock-outline.ts';
import type { ServerFiles } from '../../catalog/registry-files.ts';
import type { AdvisorySource } from '../../review/checks/advisories/source.ts';
import type { CheckName } from '../../review/checks/checks.ts';
import { isOpen, problemOf } from '../../review/verdict/verdict.ts';
import { namedServer } from '../../review/checks/tool-text/server-index.ts';
import { openReviewTools } from '../../review/open-tools.ts';
import { knownPackages } from '../../review/checks/packages/packages.ts';
import { ofBytes, reviewServer } from '../../review/review-server.ts';
import { signedReview } from './signed-review.ts';
import type { Workspace } from '../../catalog/workspace.ts';
import { faultOf } from './fault.ts';
import type { ServerVersion } from '../../catalog/server-version.ts';
import type { Tip } from '../../catalog/wanted.ts';

/** What a review of candidates needs. */
export interface DueReview {
  readonly environment: Environment;
  readonly policy: Policy;
  readonly workspace: Workspace;
  readonly sources: OpenSources;
  readonly advisories: AdvisorySource;
  /** All servers, for what they have in common. */
  readonly servers: readonly Pick<Tip, 'manifest' | 'tools'>[];
  /** Of what is approved already. */
  readonly approvedPackages: readonly PackageIdentity[];
  readonly now: Date;
  /** Of this program. */
  readonly version: string;
}

/** One candidate's result. */
export interface ReviewedCandidate {
  readonly candidate: Tip;
  readonly checks: Approval['checks'];
  readonly review: SignersReview;
  /** What blocks it; it is not signed then. */
  readonly problems: readonly Problem[];
}

/** Nothing is started where keys are. In development it has to be quick, and nobody relies on it. */
const computed: Readonly<Record<Environment, readonly CheckName[]>> = {
  development: ['policy', 'advisories', 'tool-text'],
  production: ['policy', 'packages', 'advisories', 'code', 'tool-text'],
};

/** What could not be asked is no pass: a check that fails for one candidate blocks that one alone. */
export async function reviewDue(candidates: readonly Tip[], due: DueReview): Promise<ReviewedCandidate[]> {
  const { environment, policy, workspace, sources, advisories, servers, approvedPackages, now, version } = due;
  const tools = openReviewTools({
    moment: now,
    servers: servers.map(({ manifest, tools: names }) => namedServer(manifest, names)),
    known: knownPackages(approvedPackages),
    resolver: { ...sources, blobs: new BlobStore(workspace.blobs) },
    advisories,
    workspace,
    captured: new Map(),
  });
  const policies = { policies: [policy], today: dayOf(now) };
  const reviewed: ReviewedCandidate[] = [];
  try {
    for (const candidate of candidates)
      try {
        const server = filesOf(await candidate.read());
        const asked = asksOf(environment, candidate);
        const review = await reviewServer({ server, change: 'new', policies }, asked, tools);
        const blocking = review.findings.filter((finding) => isOpen(finding) && finding.level === 'block');
        reviewed.push({
          candidate,
          checks: checksOf(review, version),
          review: signedReview(review, now, advisories.describe()),
          problems: blocking.length > 0 ? blocking.map(problemOf) : notRun(review),
        });
      } catch (error) {
        const problems = [faultOf(error, 'review', manifestPath(candidate.manifest.name))];
        reviewed.push({ candidate, checks: [], review: { reviewedAt: toSecond(now), findings: [] }, problems });
      }
  } finally {
    await tools.code.close();
  }
  return reviewed;
}

/** The approval of an endpoint names no check of bytes: there are none, and it says so by its assurance. */
const asksOf = (environment: Environment, { manifest: { remote } }: Tip): ReadonlySet<CheckName> =>
  new Set(computed[environment].filter((name) => remote === undefined || !ofBytes.has(name)));

/** A check that did not run has not passed, though it found nothing. */
const notRun = ({ name, checks }: ServerReview): Problem[] =>
  checks
    .filter(({ result }) => result === 'not-run')
    .map(({ check, detail }) => ({
      code: 'check-not-run',
      file: manifestPath(name),
      message: `the check ${check} did not run: ${detail}`,
      remedy: 'see what kept it from running; what was not checked is not signed',
    }));

/** Each with the digest of the review that it is from. */
function checksOf(review: ServerReview, version: string): Approval['checks'] {
  const report = sha256(canonicalJson(review));
  return review.checks.flatMap(({ check, result }) =>
    result === 'not-run' ? [] : [{ tool: check, version, result, ranBy: 'signer' as const, report }],
  );
}

const filesOf = ({ manifest, manifestBytes, lock, lockBytes }: ServerVersion): ServerFiles => ({
  name: manifest.name,
  manifest: { file: manifestPath(manifest.name), value: manifest, locate: locateIn(manifestBytes) },
  manifestBytes,
  hasLockFile: true,
  lock: { file: lockPath(manifest.name), value: lock, bytes: lockBytes },
});
