/** Runs git. The number of processes does not depend on the length of the history. */
import { execFile, spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { devNull } from 'node:os';
import { promisify } from 'node:util';
import { Failure, messageOf } from './failure.ts';

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

export interface GitOptions {
  readonly input?: string;
  /** The most that it may print. */
  readonly maxBytes?: number;
  /** Ends it. */
  readonly signal?: AbortSignal;
  /** Beside the variables that it has anyway. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** The bytes that a git command prints. @throws Failure `git`; its cause is the error of the process, with its `stderr` */
export async function gitBytes(root: string, options: GitOptions, ...words: string[]): Promise<Buffer> {
  try {
    const running = run('git', ['-C', root, ...settings, ...words], {
      maxBuffer: options.maxBytes ?? maxOutputBytes,
      encoding: 'buffer',
      env: { ...environment(), ...options.environment },
      ...(options.signal !== undefined && { signal: options.signal }),
    });
    // A git that ends early closes its input; what it says then is the failure that counts.
    running.child.stdin?.on('error', () => undefined);
    running.child.stdin?.end(options.input);
    return (await running).stdout;
  } catch (cause) {
    throw new Failure(
      'git',
      `git ${words[0] ?? ''} failed: ${messageOf(cause).split('\n')[1] ?? messageOf(cause)}`,
      gitRemedy(root, stderrOf(cause)),
      { cause },
    );
  }
}

/** What to do about what git wrote on its error output about a checkout. */
export const gitRemedy = (root: string, errors: string): string =>
  errors.includes('detected dubious ownership')
    ? `work as the account that the clone belongs to; or, where you trust that account, run \`git config --global --add safe.directory '${root}'\``
    : 'see what git says';

/** The same as text. @throws Failure `git` */
export async function git(root: string, ...words: string[]): Promise<string> {
  return gitWithInput(root, undefined, ...words);
}

/** The same, for a command that reads lines from its input. @throws Failure `git` */
export async function gitWithInput(root: string, input: string | undefined, ...words: string[]): Promise<string> {
  return (await gitBytes(root, { ...(input !== undefined && { input }) }, ...words)).toString('utf8');
}

/** What a failed git command wrote on its error output. */
export function gitErrors(error: unknown): string {
  return stderrOf(error instanceof Failure ? error.cause : undefined);
}

const stderrOf = (error: unknown): string => (error instanceof Error && 'stderr' in error ? String(error.stderr) : '');

/** Starts a git command that answers questions line by line. The caller must end it. */
export const startGit = (root: string, ...words: string[]): ChildProcessByStdio<Writable, Readable, null> =>
  spawn('git', ['-C', root, ...settings, ...words], { stdio: ['pipe', 'pipe', 'inherit'], env: environment() });
