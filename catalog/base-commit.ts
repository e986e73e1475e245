/**
 * Finds the commit that a change is compared with. If it cannot be found, that is a failure, so that no check is
 * skipped.
 */
import { Failure, UsageError } from '../core/failure.ts';
import { git } from '../core/git.ts';
import { isTracked } from './git.ts';

/**
 * The named commit, or the one where this branch left the main branch. Nothing outside git, where everything is new.
 * With `anywhere`, the named commit need not be in the history of HEAD: fit to show a difference, not to judge one.
 * @throws UsageError for a ref that git does not know; Failure `no-base`, `base-elsewhere`
 */
export async function baseCommit(
  root: string,
  ref: string | undefined,
  mainBranch: string,
  { anywhere = false }: { readonly anywhere?: boolean } = {},
): Promise<string | undefined> {
  if (!(await isTracked(root))) {
    if (ref !== undefined)
      throw new UsageError('--base needs a git checkout', 'leave it out, or run the command in one');
    return undefined;
  }
  return ref === undefined ? whereItLeft(root, mainBranch) : namedCommit(root, ref, anywhere);
}

async function namedCommit(root: string, ref: string, anywhere: boolean): Promise<string> {
  const id = await commitOf(root, ref);
  if (id === undefined) throw new UsageError(`git knows no commit ${ref}`, 'name a branch, a tag or a commit');
  if (anywhere || (await commonCommit(root, id)) === id) return id;
  // Otherwise, what was added to the main branch since then would look as if this branch had deleted it.
  throw new Failure(
    'base-elsewhere',
    `${ref} (${id.slice(0, 12)}) is not in the history of HEAD${await shallowly(root)}`,
    (await isShallow(root))
      ? fetchAll
      : `merge ${ref} into this branch, or name the commit where the branch left it: \`git merge-base HEAD ${ref}\``,
  );
}

async function whereItLeft(root: string, mainBranch: string): Promise<string> {
  // A local branch named main is not used if the main branch of the origin is there.
  for (const main of [`refs/remotes/origin/${mainBranch}`, `refs/heads/${mainBranch}`]) {
    const tip = await commitOf(root, main);
    if (tip === undefined) continue;
    const base = await commonCommit(root, tip);
    if (base !== undefined) return base;
    throw noBase(
      `HEAD and ${main} have no commit in common${await shallowly(root)}`,
      (await isShallow(root)) ? fetchAll : nameOne,
    );
  }
  const fetchMain = `run \`git fetch origin ${mainBranch}:refs/remotes/origin/${mainBranch}\`, or ${nameOne}`;
  throw noBase(
    `neither origin/${mainBranch} nor ${mainBranch} is in this checkout`,
    (await isShallow(root)) ? fetchAll : fetchMain,
  );
}

const noBase = (why: string, remedy: string): Failure =>
  new Failure('no-base', `there is nothing to compare with: ${why}`, remedy);

const nameOne = 'name the commit to compare with: `--base <commit>`';

const fetchAll =
  "fetch the whole history of all branches: `git fetch --unshallow origin '+refs/heads/*:refs/remotes/origin/*'`, or `fetch-depth: 0` where a workflow checks out";

const isShallow = async (root: string): Promise<boolean> =>
  (await git(root, 'rev-parse', '--is-shallow-repository')).trim() === 'true';

const shallowly = async (root: string): Promise<string> =>
  (await isShallow(root)) ? ', as far as this shallow checkout has it' : '';

const commitOf = (root: string, ref: string): Promise<string | undefined> =>
  answer(git(root, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`));

const commonCommit = (root: string, commit: string): Promise<string | undefined> =>
  answer(git(root, 'merge-base', 'HEAD', commit));

/** Git says no by failing. */
const answer = (asked: Promise<string>): Promise<string | undefined> =>
  asked.then(
    (text) => text.trim() || undefined,
    () => undefined,
  );
