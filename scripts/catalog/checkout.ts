/** What a checkout may bring beside the files that are reviewed. */
import type { Problem } from '../../core/problem.ts';
import { git, isTracked } from './git.ts';

/** What nobody reviews, and our commands or git would believe all the same. None outside git. */
export async function checkCheckout(root: string): Promise<Problem[]> {
  if (!(await isTracked(root))) return [];
  // Half of the machines do not tell upper from lower case.
  const [kept] = await listed(root, ':(icase).registry');
  if (kept === undefined) return [];
  return [
    {
      code: 'workspace-committed',
      file: kept,
      message: 'this is committed, and commands believe what they find in .registry: only they may write there',
      remedy: 'run `git rm -r --cached .registry`, and keep .registry/ in .gitignore',
    },
  ];
}

/** The files of the index that a pathspec of git means. */
const listed = async (root: string, ...pathspecs: readonly string[]): Promise<readonly string[]> =>
  (await git(root, 'ls-files', '-z', '--', ...pathspecs)).split('\0').filter((path) => path !== '');
