/** Only a commit on the main branch is signed. */
import { Failure } from '../core/failure.ts';
import { git } from '../core/git.ts';
import { commitNamed } from './git.ts';

/**
 * Checks that a commit is on the main line of the main branch. If the clone knows the branch of its origin, that branch
 * is used: a commit that was only made here and not pushed is not merged.
 * @throws Failure `not-main`
 */
export async function checkOnMain(root: string, commit: string, mainBranch: string): Promise<void> {
  for (const branch of [`refs/remotes/origin/${mainBranch}`, `refs/heads/${mainBranch}`]) {
    const tip = await commitNamed(root, branch);
    if (tip === undefined) continue;
    const line = await git(root, 'rev-list', '--first-parent', tip);
    if (line.split('\n').includes(commit)) return;
    throw new Failure(
      'not-main',
      `the commit ${commit.slice(0, 12)} is checked out, which the main line of ${branch.replace(/^refs\/(?:heads|remotes)\//u, '')} does not hold`,
      `production signs what was merged: merge it, then check out ${mainBranch} and bring it up to date`,
    );
  }
  throw new Failure(
    'not-main',
    `this clone has no branch ${mainBranch}, which registry.yaml names as main_branch`,
    `run \`git fetch origin ${mainBranch}:refs/remotes/origin/${mainBranch}\``,
  );
}
