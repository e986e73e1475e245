/** The signer's own review of what is due: everything is fetched, computed again and reviewed here. */
import { BlobStore } from '../../store/blob-store.ts';
import type { OpenSources } from '../../artefacts/open-sources.ts';
import type { Problem } from '../../core/problem.ts';
import { lockPath } from '../../core/statement.ts';
import type { Environment, Policy } from '../../schemas/types.ts';
import type { PackageIdentity } from '../../catalog/lock-outline.ts';
import type { Tip, WantedServer } from '../../catalog/wanted.ts';
import type { Workspace } from '../../catalog/workspace.ts';
import type { AdvisorySource } from '../../review/checks/advisories/source.ts';
import { faultOf } from './fault.ts';
import { fetchClosure } from './fetch-closure.ts';
import { reviewDue, type ReviewedCandidate } from './review-due.ts';

/** What a review goes by, beside the candidates. */
export interface ReviewContext {
  readonly servers: readonly WantedServer[];
  /** Those of all approved locks. Asked for only where something has to be reviewed. */
  readonly approvedPackages: () => Promise<readonly PackageIdentity[]>;
  readonly environment: Environment;
  readonly policy: Policy;
  readonly workspace: Workspace;
  readonly now: Date;
  /** Of this program. */
  readonly version: string;
  readonly openAdvisories: (policy: Policy) => Promise<AdvisorySource>;
}

/** From where it is fetched. */
export interface Fetching {
  /** Called only where something has to be fetched. */
  readonly openSources: () => Promise<OpenSources>;
  readonly onFetched: (done: number, of: number) => void;
}

export interface ReviewOutcome {
  readonly passed: readonly ReviewedCandidate[];
  readonly problems: readonly Problem[];
}

/** What is wrong with one candidate holds up no other. @throws where a source fails that all of them need */
export async function fetchAndReview(
  candidates: readonly Tip[],
  context: ReviewContext & Fetching,
): Promise<ReviewOutcome> {
  if (candidates.length === 0) return { passed: [], problems: [] };
  const sources = await context.openSources();
  const fetched = await fetchAll(candidates, sources, context);
  if (fetched.candidates.length === 0) return { passed: [], problems: fetched.problems };
  const { servers, environment, policy, workspace, now, version } = context;
  const reviewed = await reviewDue(fetched.candidates, {
    environment,
    policy,
    workspace,
    sources,
    advisories: await context.openAdvisories(policy),
    servers: servers.flatMap(({ tip }) => tip ?? []),
    approvedPackages: await context.approvedPackages(),
    now,
    version,
  });
  return {
    passed: reviewed.filter(({ problems }) => problems.length === 0),
    problems: [...fetched.problems, ...reviewed.flatMap(({ problems }) => problems)],
  };
}

/** Fetches every closure and computes again what its lock says. */
async function fetchAll(
  candidates: readonly Tip[],
  sources: OpenSources,
  { workspace, onFetched }: ReviewContext & Fetching,
): Promise<{ readonly candidates: readonly Tip[]; readonly problems: readonly Problem[] }> {
  const blobs = new BlobStore(workspace.blobs);
  const total = candidates.reduce((sum, { packages }) => sum + packages, 0);
  let done = 0;
  const fetched: Tip[] = [];
  const problems: Problem[] = [];
  for (const candidate of candidates)
    try {
      const { lock } = await candidate.read();
      await fetchClosure(lock, { ...sources, blobs, onFetched: () => onFetched(++done, total) });
      fetched.push(candidate);
    } catch (error) {
      problems.push(faultOf(error, 'closure', lockPath(candidate.manifest.name)));
    }
  return { candidates: fetched, problems };
}
