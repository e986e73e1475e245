/** The one pull request that a commit is the merge of. */
import { maxPullRequestCommits } from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Forge, PullRequest, PullRequestCommit } from './forge.ts';

export type MergedPullRequest = PullRequest & Required<Pick<PullRequest, 'merged' | 'author'>>;

/** Whose pull requests count. */
export interface ProtectedBranch {
  /** Numeric id. */
  readonly repository: string;
  readonly branch: string;
}

/** @throws Refusal E_EVIDENCE_PULL_REQUEST, E_EVIDENCE_WRITER; and what the forge throws */
export async function pullRequestOf(
  forge: Forge,
  commit: string,
  { repository, branch }: ProtectedBranch,
): Promise<MergedPullRequest> {
  const merged: PullRequest[] = [];
  for (const number of new Set(await forge.pullRequestsOf(commit))) {
    const found = await forge.pullRequest(number);
    if (found.merged?.commit === commit && found.base.repository === repository && found.base.branch === branch)
      merged.push(found);
  }
  const [only, ...others] = merged;
  if (only?.merged === undefined || others.length > 0)
    throw new Refusal(
      'E_EVIDENCE_PULL_REQUEST',
      only === undefined
        ? `the commit ${commit} is the merge of no pull request into ${branch}: it was pushed, rebased, or merged by a merge queue`
        : `the commit ${commit} is the merge of the pull requests ${merged.map(({ number }) => number).join(', ')}`,
      'merge one pull request by a merge commit or a squash, without a merge queue; undo this commit with one, and make the change again',
    );
  if (only.author === undefined)
    throw new Refusal(
      'E_EVIDENCE_WRITER',
      `nobody knows any more who opened the pull request ${only.number}`,
      'have somebody with an account undo the change, and make it again',
    );
  return { ...only, merged: only.merged, author: only.author };
}

/** All its commits. @throws Refusal E_EVIDENCE_COMMITS; and what the forge throws */
export async function allCommitsOf(
  forge: Forge,
  { number, commits, head }: PullRequest,
): Promise<readonly PullRequestCommit[]> {
  const refuse = (why: string): Refusal =>
    new Refusal('E_EVIDENCE_COMMITS', `the pull request ${number} ${why}`, 'make it again with fewer commits');
  if (commits > maxPullRequestCommits) throw refuse(`has ${commits} commits, more than ${maxPullRequestCommits}`);
  const found = await forge.commitsOf(number);
  const ids = new Set(found.map(({ id }) => id));
  if (found.length !== commits || ids.size !== commits || !ids.has(head))
    throw refuse(`has ${commits} commits up to ${head}, and the forge lists ${found.length} others or of them`);
  return found;
}
