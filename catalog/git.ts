/** Runs git. The number of processes does not depend on the length of the history. */
import { execFile, spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { devNull } from 'node:os';
import { promisify } from 'node:util';
import { Failure, messageOf, systemCode } from '../core/failure.ts';

const run = promisify(execFile);
const maxOutputBytes = 1024 * 1024 * 1024;

/**
 * Of git's own variables: where its configuration is, which says whose checkouts are safe, and how it reaches a remote.
 */
const keptVariable =
  /^GIT_(?:CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+)|CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM|SSH.*|ASKPASS|TERMINAL_PROMPT)$/u;

/**
 * The environment in which git runs: no variable points it to another repository, index or way to read paths, and
 * nothing stands in for an object. What its configuration may still change is nothing that plumbing commands print.
 */
const environment = (): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_') || keptVariable.test(name)),
  ),
  GIT_NO_REPLACE_OBJECTS: '1',
  // Neither a file in the clone that gives commits other parents, nor one that remembers them.
  GIT_GRAFT_FILE: devNull,
  GIT_OPTIONAL_LOCKS: '0',
  LC_ALL: 'C',
});

/** Settings that would add to what is printed, or run a program. */
const settings = [
  'core.quotePath=false',
  'core.fsmonitor=false',
  'core.commitGraph=false',
  'log.showSignature=false',
].flatMap((each) => ['-c', each]);

/** What a git command prints. @throws Failure `git` */
export async function git(root: string, ...words: string[]): Promise<string> {
  return gitWithInput(root, undefined, ...words);
}

/** The same, for a command that reads lines from its input. @throws Failure `git` */
export async function gitWithInput(root: string, input: string | undefined, ...words: string[]): Promise<string> {
  try {
    const running = run('git', ['-C', root, ...settings, ...words], {
      maxBuffer: maxOutputBytes,
      encoding: 'utf8',
      env: environment(),
    });
    // A git that ends early closes its input; what it says then is the failure that counts.
    running.child.stdin?.on('error', () => undefined);
    running.child.stdin?.end(input);
    return (await running).stdout;
  } catch (cause) {
    throw new Failure(
      'git',
      `git ${words[0] ?? ''} failed: ${messageOf(cause).split('\n')[1] ?? messageOf(cause)}`,
      'see what git says',
      { cause },
    );
  }
}

/**
 * Whether git tracks `root`. A folder that is only inside another checkout does not count, and neither does a
 * repository without commits. If git fails, that is thrown: without history, versions would silently disappear.
 * @throws Failure `git`
 */
export async function isTracked(root: string): Promise<boolean> {
  try {
    const { stdout } = await run('git', ['-C', root, ...settings, 'ls-files', '--', 'registry.yaml'], {
      encoding: 'utf8',
      env: environment(),
    });
    if (stdout === '') return false;
  } catch (cause) {
    const { stderr = '' } = cause as { readonly stderr?: string };
    // No git on this machine, or no checkout.
    if (systemCode(cause) === 'ENOENT' || /not a git repository|cannot change to/u.test(stderr)) return false;
    throw new Failure('git', `git says: ${stderr.trim().split('\n')[0] ?? messageOf(cause)}`, 'see what git says', {
      cause,
    });
  }
  return (await commitNamed(root, 'HEAD')) !== undefined;
}

/** Which of some paths git ignores. Empty without git or outside a checkout. Tracked files are never ignored. */
export async function ignoredFiles(root: string, paths: readonly string[]): Promise<ReadonlySet<string>> {
  if (paths.length === 0) return new Set();
  const asking = run('git', ['-C', root, ...settings, 'check-ignore', '-z', '--stdin'], { env: environment() });
  asking.child.stdin?.on('error', () => undefined).end(paths.join('\0'));
  // 1: none of them is; 128: no checkout.
  const { stdout } = await asking.catch(() => ({ stdout: '' }));
  return new Set(stdout.split('\0').filter((path) => path !== ''));
}

/** The id of the commit that a name stands for; undefined if there is no such commit. */
export const commitNamed = (root: string, name: string): Promise<string | undefined> =>
  git(root, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`).then(
    (id) => id.trim(),
    () => undefined,
  );

/** Starts a git command that answers questions line by line. The caller must end it. */
export const startGit = (root: string, ...words: string[]): ChildProcessByStdio<Writable, Readable, null> =>
  spawn('git', ['-C', root, ...settings, ...words], { stdio: ['pipe', 'pipe', 'inherit'], env: environment() });

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
