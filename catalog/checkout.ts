/** Files that a checkout may contain in addition to those that are reviewed. */
import type { Problem } from '../core/problem.ts';
import { git } from '../core/git.ts';
import { isTracked } from './git.ts';

/** Files that nobody reviews, but that our commands or git would obey. Empty outside git. */
export async function checkCheckout(root: string): Promise<Problem[]> {
  if (!(await isTracked(root))) return [];
  // Many file systems do not distinguish upper and lower case.
  const [kept] = await listed(root, ':(icase).registry');
  const rewritten = await listed(root, ...judged, ':(exclude,attr:!filter !ident !working-tree-encoding)');
  return [
    ...(kept === undefined ? [] : [committed(kept)]),
    ...(rewritten[0] === undefined ? [] : [rewrittenOnCheckout(rewritten[0], rewritten.length)]),
  ];
}

/** The files that decide about a change, and the files that are checked. */
const judged = ['servers', 'policy.yaml', 'registry.yaml'];

const committed = (file: string): Problem => ({
  code: 'workspace-committed',
  file,
  message: 'this is committed, and commands believe what they find in .registry: only they may write there',
  remedy: 'run `git rm -r --cached .registry`, and keep .registry/ in .gitignore',
});

const rewrittenOnCheckout = (file: string, files: number): Problem => ({
  code: 'rewritten-on-checkout',
  file,
  message: `git writes ${files === 1 ? 'this file' : `this and ${files - 1} more`} otherwise than it was committed: what is read here is not what is merged`,
  remedy: 'take filter, ident and working-tree-encoding for it out of .gitattributes',
});

/** The files of the index that a pathspec of git means. */
const listed = async (root: string, ...pathspecs: readonly string[]): Promise<readonly string[]> =>
  (await git(root, 'ls-files', '-z', '--', ...pathspecs)).split('\0').filter((path) => path !== '');
