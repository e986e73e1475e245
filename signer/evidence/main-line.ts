/** The main line of a branch: first parents, from the tip back to what was signed last, without a gap. */
import type { GitObjects, ProvedCommit } from '../../catalog/objects/git-objects.ts';
import { maxMainLineCommits } from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';

export interface Line {
  /** What the branch ends with. */
  readonly tip: string;
  /** What is to be signed. */
  readonly commit: string;
  /** What was signed last. */
  readonly since: string;
}

/**
 * The commits after `since` up to `commit`, the oldest first. Each names its parents in bytes that its id proves, so that
 * a history that was rewritten does not lead to what was signed.
 * @throws Refusal E_EVIDENCE_BRANCH, E_EVIDENCE_HISTORY, E_TOO_LARGE, and what the objects throw
 */
export async function mainLine(objects: GitObjects, { tip, commit, since }: Line): Promise<readonly ProvedCommit[]> {
  const found: ProvedCommit[] = [];
  let isBelow = false;
  let at: string | undefined = tip;
  for (let steps = 0; at !== undefined; steps++) {
    if (at === commit) isBelow = true;
    if (at === since) {
      if (isBelow) return found.toReversed();
      throw notOnBranch(commit, `stands before ${since}, which was signed already, or beside it`);
    }
    if (steps >= maxMainLineCommits)
      throw new Refusal(
        'E_TOO_LARGE',
        `the main line has more than ${maxMainLineCommits} commits after ${since}`,
        'sign commits in between first',
      );
    const current: ProvedCommit = await objects.commit(at);
    if (isBelow) found.push(current);
    at = current.parents[0];
  }
  if (!isBelow) throw notOnBranch(commit, `is not on the main line that ends with ${tip}`);
  throw new Refusal(
    'E_EVIDENCE_HISTORY',
    `the main line that ends with ${tip} does not hold ${since}, which was signed last`,
    'find out who pushed over the branch; restore it, and protect it against force pushes',
  );
}

export const notOnBranch = (commit: string, why: string): Refusal =>
  new Refusal(
    'E_EVIDENCE_BRANCH',
    `the commit ${commit} ${why}`,
    'name a commit that the protected branch holds, and that was not signed yet',
  );
