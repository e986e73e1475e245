/** Says before a merge what would stop the signer after it: a co-author whose account it could not find. */
import { git } from '../../core/git.ts';
import { changedPaths } from '../../catalog/objects/changed-paths.ts';
import { withClone } from '../../catalog/objects/clone.ts';
import type { ProvedCommit } from '../../catalog/objects/git-objects.ts';
import { mapConcurrently } from '../../core/concurrency.ts';
import { maxPullRequestCommits } from '../../core/limits.ts';
import type { Problem } from '../../core/problem.ts';
import { accountInAddress, coAuthorsIn } from './co-authors.ts';
import { needsEvidence } from './which-paths.ts';

/**
 * Warnings about the commits after `base`, up to HEAD. There are none where the change needs no evidence. The forge is not
 * asked, so an address that it does know may be among them.
 * @throws Failure `git`; Refusal as the objects throw
 */
export async function warnCoAuthors(root: string, base: string): Promise<readonly Problem[]> {
  const words = ['rev-list', `--max-count=${maxPullRequestCommits}`, 'HEAD', `^${base}`];
  const ids = (await git(root, ...words)).split('\n').filter((id) => id !== '');
  const [head] = ids;
  if (head === undefined) return [];
  return withClone(root, async (objects) => {
    const paths = await changedPaths(objects, base, head);
    if (!paths.some(({ path }) => needsEvidence(path))) return [];
    return unknownCoAuthors(await mapConcurrently(ids, atOnce, (id) => objects.commit(id)));
  });
}

const atOnce = 16;

type Written = Pick<ProvedCommit, 'id' | 'message'> & {
  readonly author: { readonly email: string };
  readonly committer: { readonly email: string };
};

/** The signer takes an address of which it knows the account, as of an author of another commit, or that names the account. */
export function unknownCoAuthors(commits: readonly Written[]): readonly Problem[] {
  const known = new Set(
    commits.flatMap(({ author, committer }) => [author.email.toLowerCase(), committer.email.toLowerCase()]),
  );
  return commits.flatMap(({ id, message }) =>
    [...new Set(coAuthorsIn(message))]
      .filter((email) => email === undefined || !(known.has(email) || accountInAddress(email) !== undefined))
      .map((email) => ({
        code: 'co-author-unknown',
        file: '',
        message: `the commit ${id.slice(0, 12)} has a co-author ${email === undefined ? 'without an address' : `with the address ${email.slice(0, 100)}`}, and nobody may know whose account that is: the signer refuses such a commit after the merge`,
        remedy:
          "name the co-author by GitHub's noreply address, <id>+<login>@users.noreply.github.com, or take out the trailer: `git rebase --interactive` with `reword`; then push it again",
        severity: 'warning' as const,
      })),
  );
}
