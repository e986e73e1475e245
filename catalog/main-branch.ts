/** Which commit is signed: one that the main branch holds. */
import { Failure } from '../core/failure.ts';
import { commitNamed, git } from './git.ts';

/**
 * That the main line of the main branch holds a commit. Where a clone knows the branch of its origin, that one decides:
 * what was committed here and not pushed is not merged.
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
