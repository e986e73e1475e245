/**
 * Fetches the files of one commit with the system's own git: its credential helpers, proxies and certificate authorities are
 * those that the organisation already has. Nothing is checked out, so that no filter, hook, attribute or submodule has a say.
 *
 * Git proves the id of the commit and of everything below it, with SHA-1. That is weak against a publisher who prepares two
 * contents for one id, so what is approved is named by our own SHA-256 over the files: `treeDigest`.
 */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NetworkFailure, withoutSecrets } from '../../core/address.ts';
import { Failure, systemCode } from '../../core/failure.ts';
import { git, gitBytes, gitErrors } from '../../core/git.ts';
import { downloadDeadlineMs, maxTarballBytes } from '../../core/limits.ts';
import { publicAddressOf } from '../../core/public-address.ts';
import { Refusal } from '../../core/refusal.ts';
import type { PackageFile } from '../archives/tarball.ts';
import { readFiles } from './read-files.ts';

export interface FetchOptions {
  readonly deadlineMs?: number;
  /** Of what is sent, as git packs it. */
  readonly maxBytes?: number;
  /** Whether it must be on the public internet, and no redirect is followed: for an address that nobody has approved. */
  readonly isPublic?: true;
  /** For tests: also http, on this machine alone. */
  readonly isLoopback?: true;
}

/**
 * The files of a commit, sorted by path. `commit` is its whole id.
 * @throws Failure `git`, `no-git`, `no-such-commit`, `git-credentials`, `git-not-https`, `network`, `private-address`; Refusal E_ARCHIVE, E_TOO_LARGE
 */
export async function fetchCommit(url: string, commit: string, options: FetchOptions = {}): Promise<PackageFile[]> {
  if (!isAllowed(url, options))
    throw new Failure(
      'git-not-https',
      `${withoutSecrets(url)} is no https address`,
      'give the https address of the repository',
    );
  if (!/^[0-9a-f]{40}$/u.test(commit))
    throw new Failure(
      'no-such-commit',
      `${JSON.stringify(commit.slice(0, 80))} is no id of a commit`,
      'give all 40 digits of it',
    );
  const what = `${withoutSecrets(url)}#${commit}`;
  const folder = await mkdtemp(join(tmpdir(), 'countersign-git-'));
  try {
    await init(folder);
    await fetchPack(folder, url, commit, options);
    return await readFiles(folder, commit, what);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function isAllowed(url: string, { isLoopback }: FetchOptions): boolean {
  const address = URL.parse(url);
  if (address === null || address.username !== '' || address.password !== '') return false;
  return (
    address.protocol === 'https:' ||
    (isLoopback === true && address.protocol === 'http:' && address.hostname === '127.0.0.1')
  );
}

async function init(folder: string): Promise<void> {
  try {
    await git(folder, 'init', '--quiet', '--template=', '--object-format=sha1');
  } catch (error) {
    if (error instanceof Failure && systemCode(error.cause) === 'ENOENT')
      throw new Failure('no-git', 'there is no git on this machine', 'install git, and run the command again', {
        cause: error,
      });
    throw error;
  }
}

/** Everything that is not what this needs is off, whatever the configuration of the account says. */
const settings = [
  'protocol.version=2',
  'fetch.fsckObjects=true',
  'core.bigFileThreshold=64m',
  'fetch.recurseSubmodules=false',
  'fetch.writeCommitGraph=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'credential.interactive=false',
  'core.askPass=',
].flatMap((each) => ['-c', each]);

/**
 * Helpers answer for the account, as they do for `git clone`; nobody is asked, neither in a terminal nor in a window. An address
 * that the configuration rewrites, as to a mirror, must lead to https too.
 */
const variables = ({ isLoopback }: FetchOptions): Readonly<Record<string, string>> => ({
  GIT_ALLOW_PROTOCOL: isLoopback === true ? 'https:http' : 'https',
  GIT_TERMINAL_PROMPT: '0',
  GIT_ASKPASS: '',
  SSH_ASKPASS: '',
  GCM_INTERACTIVE: 'never',
});

async function fetchPack(folder: string, url: string, commit: string, options: FetchOptions): Promise<void> {
  const { deadlineMs = downloadDeadlineMs, maxBytes = maxTarballBytes } = options;
  const own = options.isPublic === true ? await publicOnly(url) : [];
  const tooLarge = new AbortController();
  const deadline = AbortSignal.timeout(deadlineMs);
  // Git has no limit of its own for what it receives.
  const watch = setInterval(() => {
    void receivedBytes(folder).then((bytes) => bytes > maxBytes && tooLarge.abort());
  }, 100);
  const words = [
    'fetch',
    '--quiet',
    '--depth=1',
    '--no-tags',
    '--no-write-fetch-head',
    '--no-recurse-submodules',
    url,
    commit,
  ];
  try {
    const signal = AbortSignal.any([tooLarge.signal, deadline]);
    await gitBytes(folder, { signal, environment: variables(options) }, ...settings, ...own, ...words);
    if ((await receivedBytes(folder)) > maxBytes) tooLarge.abort();
  } catch (error) {
    if (deadline.aborted) throw new NetworkFailure(url, deadline.reason);
    if (!tooLarge.signal.aborted) throw fetchFault(error, url, commit);
  } finally {
    clearInterval(watch);
  }
  if (tooLarge.signal.aborted)
    throw new Refusal(
      'E_TOO_LARGE',
      `${withoutSecrets(url)}#${commit} is sent with more than ${maxBytes} bytes`,
      'do not use it',
    );
}

/** Git connects to the address that was looked at, and to no other. */
async function publicOnly(url: string): Promise<string[]> {
  const { hostname, port } = new URL(url);
  const address = await publicAddressOf(hostname);
  const resolved = `http.curloptResolve=${hostname}:${port === '' ? '443' : port}:${address}`;
  return ['-c', resolved, '-c', 'http.followRedirects=false'];
}

/** Files come and go while git writes. */
async function receivedBytes(folder: string): Promise<number> {
  const objects = join(folder, '.git', 'objects');
  const names = await readdir(objects, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(objects, name)).then(
        (found) => (found.isFile() ? found.size : 0),
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** What git says is for people, in English, and stayed the same over many versions. */
function fetchFault(error: unknown, url: string, commit: string): Error {
  const said = gitErrors(error);
  const address = withoutSecrets(url);
  const line = (said.split('\n').find((each) => each.startsWith('fatal: ')) ?? said.split('\n')[0] ?? '').slice(0, 300);
  const cause = { cause: error };
  if (/fsck error/u.test(said))
    return new Refusal(
      'E_ARCHIVE',
      `${address}#${commit} has objects that git does not accept: ${line}`,
      'do not use it',
      cause,
    );
  if (/not our ref|no such remote ref|couldn't find remote ref/u.test(said))
    return new Failure(
      'no-such-commit',
      `${address} has no commit ${commit}`,
      'check the address and the id: it must be on the server, and may be given to everyone who reads there',
      cause,
    );
  if (/could not read (?:Username|Password)|Authentication failed|terminal prompts disabled/u.test(said))
    return new Failure(
      'git-credentials',
      `${address} asks for credentials, or does not exist`,
      'check the address; for a private repository, set up a credential helper of git that knows its host',
      cause,
    );
  if (/transport '[^']*' not allowed/u.test(said))
    return new Failure(
      'git-not-https',
      `git is configured to use something else than https for ${address}`,
      'remove the `url.….insteadOf` for its host from the configuration of git, or let it name an https address',
      cause,
    );
  if (/unable to access|Could not resolve|Failed to connect|early EOF|RPC failed|unexpected disconnect/u.test(said))
    return new Failure(
      'network',
      `${address} cannot be reached by git: ${line}`,
      'check the network, the address, and the proxy of git',
      cause,
    );
  return new Failure('git', `git fetch failed: ${line === '' ? 'it says nothing' : line}`, 'see what git says', cause);
}
