/** The signer's own look at what is due: everything is fetched, computed again and reviewed here. */
import { BlobStore } from '../../store/blob-store.ts';
import type { NpmRegistry } from '../../core/npm-registry.ts';
import type { Problem } from '../../core/problem.ts';
import { lockPath } from '../../core/statement.ts';
import type { FileIndex } from '../../catalog/file-index.ts';
import type { Environment, Policy } from '../../schemas/types.ts';
import type { StoredApproval } from '../../catalog/published.ts';
import type { Tip, WantedServer } from '../../catalog/wanted.ts';
import type { Workspace } from '../../catalog/workspace.ts';
import type { AdvisorySource } from '../../review/checks/advisories/source.ts';
import { faultOf } from './fault.ts';
import { fetchClosure } from './fetch-closure.ts';
import { reviewDue, type ReviewedCandidate } from './review-due.ts';

/** What is looked at, and with what. */
export interface Look {
  readonly servers: readonly WantedServer[];
  readonly approvals: ReadonlyMap<string, readonly StoredApproval[]>;
  readonly files: FileIndex;
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
  readonly openRegistry: () => Promise<NpmRegistry>;
  readonly onFetched: (done: number, of: number) => void;
}

export interface Looked {
  readonly passed: readonly ReviewedCandidate[];
  readonly problems: readonly Problem[];
}

/** What is wrong with one candidate holds up no other. @throws where a source fails that all of them need */
export async function fetchAndReview(candidates: readonly Tip[], look: Look & Fetching): Promise<Looked> {
  if (candidates.length === 0) return { passed: [], problems: [] };
  const registry = await look.openRegistry();
  const fetched = await fetchAll(candidates, registry, look);
  if (fetched.candidates.length === 0) return { passed: [], problems: fetched.problems };
  const { servers, environment, policy, workspace, now, version } = look;
  const reviewed = await reviewDue(fetched.candidates, {
    environment,
    policy,
    workspace,
    registry,
    advisories: await look.openAdvisories(policy),
    servers: servers.flatMap(({ tip }) => tip ?? []),
    approvedPackages: look.files.packagesOf(approvedLocks(look)),
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
  registry: NpmRegistry,
  { workspace, onFetched }: Look & Fetching,
): Promise<{ readonly candidates: readonly Tip[]; readonly problems: readonly Problem[] }> {
  const blobs = new BlobStore(workspace.blobs);
  const total = candidates.reduce((sum, { packages }) => sum + packages, 0);
  let done = 0;
  const fetched: Tip[] = [];
  const problems: Problem[] = [];
  for (const candidate of candidates)
    try {
      const { lock } = await candidate.read();
      await fetchClosure(lock, { registry, blobs, onFetched: () => onFetched(++done, total) });
      fetched.push(candidate);
    } catch (error) {
      problems.push(faultOf(error, 'closure', lockPath(candidate.manifest.name)));
    }
  return { candidates: fetched, problems };
}

/** The digests of the locks that an approval is about, among those that git holds. */
const approvedLocks = ({ approvals }: Look): Set<string> =>
  new Set([...approvals.values()].flatMap((ofServer) => ofServer.map(({ lockDigest }) => lockDigest)));
