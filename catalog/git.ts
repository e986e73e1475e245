/** What git knows of the checkout of a registry. */
import { Failure, messageOf, systemCode } from '../core/failure.ts';
import { git, gitErrors, gitRemedy, gitWithInput } from '../core/git.ts';

/**
 * Whether git tracks `root`. A folder that is only inside another checkout does not count, and neither does a
 * repository without commits. If git fails, that is thrown: without history, versions would silently disappear.
 * @throws Failure `git`
 */
export async function isTracked(root: string): Promise<boolean> {
  try {
    if ((await git(root, 'ls-files', '--', 'registry.yaml')) === '') return false;
  } catch (error) {
    const [stderr, cause] = [gitErrors(error), error instanceof Failure ? error.cause : error];
    // No git on this machine, or no checkout.
    if (systemCode(cause) === 'ENOENT' || /not a git repository|cannot change to/u.test(stderr)) return false;
    const said = stderr.trim().split('\n')[0] ?? messageOf(cause);
    throw new Failure('git', `git says: ${said}`, gitRemedy(root, stderr), { cause });
  }
  return (await commitNamed(root, 'HEAD')) !== undefined;
}

/** Which of some paths git ignores. Empty without git or outside a checkout. Tracked files are never ignored. */
export async function ignoredFiles(root: string, paths: readonly string[]): Promise<ReadonlySet<string>> {
  if (paths.length === 0) return new Set();
  // It ends with 1 where none of them is, and with 128 outside a checkout.
  const ignored = await gitWithInput(root, paths.join('\0'), 'check-ignore', '-z', '--stdin').catch(() => '');
  return new Set(ignored.split('\0').filter((path) => path !== ''));
}

/** The id of the commit that a name stands for; undefined if there is no such commit. */
export const commitNamed = (root: string, name: string): Promise<string | undefined> =>
  git(root, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`).then(
    (id) => id.trim(),
    () => undefined,
  );

/**
 * Where a folder stands in its repository, without a slash at the end; the empty string at the top.
 * @throws Failure `git`
 */
export const folderInRepository = async (root: string): Promise<string> =>
  (await git(root, 'rev-parse', '--show-prefix')).replace(/\/?\n$/u, '');

/** The commit of a working tree, if none of these paths differs from it. Undefined otherwise, and outside git. */
export async function commitOf(
  root: string,
  paths: readonly string[],
): Promise<{ readonly id: string; readonly at: Date } | undefined> {
  if (!(await isTracked(root))) return undefined;
  if ((await git(root, 'status', '--porcelain', '--untracked-files=all', '--', ...paths)) !== '') return undefined;
  const [seconds = '', id = ''] = (await git(root, 'rev-list', '--timestamp', '--max-count=1', 'HEAD'))
    .trim()
    .split(' ');
  return { id, at: new Date(Number(seconds) * 1000) };
}
