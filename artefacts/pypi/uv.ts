/** Runs `uv`, which resolves Python packages: for all platforms at once, as of a date, without building anything. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates } from 'node:tls';
import { Failure, systemCode } from '../../core/failure.ts';
import { maxPylockBytes, pythonDeadlineMs, resolveDeadlineMs } from '../../core/limits.ts';
import { npmOptions } from '../../core/npm-config.ts';
import { readIndexAddress, type IndexAddress } from './index-address.ts';
import { toSecond } from '../../core/time.ts';

export interface UvRequest {
  /** `mcp-server-fetch==2026.10.24`. */
  readonly requirement: string;
  readonly asOf: Date;
  /** The oldest version of Python that the result must be for: `3.10`. */
  readonly python: string;
  /** May hold a user and a password. They are in no message. */
  readonly indexAddress: string;
}

export type UvAnswer =
  | { readonly kind: 'resolved'; readonly pylock: string }
  /** What uv says about it, on one line. */
  | { readonly kind: 'failed'; readonly message: string };

/**
 * Resolves a requirement to a `pylock.toml` (PEP 751). Nothing of this account's configuration of uv counts, and no
 * Python of a folder above: an answer must be the same everywhere.
 * @throws Failure `no-uv`, `old-uv`, `no-python`, `resolve-timeout`
 */
export async function compilePylock(
  { requirement, asOf, python, indexAddress }: UvRequest,
  deadlineMs = resolveDeadlineMs,
): Promise<UvAnswer> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-uv-'));
  try {
    // Below the folder of the requirements, so that these have no folder above them but this one.
    const work = join(folder, 'work');
    await mkdir(work);
    await writeFile(join(work, 'requirements.in'), `${requirement}\n`);
    const env = await environment(folder, indexAddress);
    const words = [
      ...['pip', 'compile', '--universal', '--format', 'pylock.toml', '--only-binary', ':all:'],
      ...['--python-version', python, '--exclude-newer', toSecond(asOf)],
      ...['--no-config', '--no-cache', '--no-sources', '--keyring-provider', 'disabled'],
      // Otherwise it runs the Python of a `.venv` in any folder above, and fetches one where it finds none.
      ...['--system', '--no-python-downloads'],
      ...['--no-header', '--no-annotate', '--no-progress', '--quiet', '--color', 'never', 'requirements.in'],
    ];
    const { error, stdout, stderr } = await run(words, work, env, deadlineMs);
    if (error === null) return { kind: 'resolved', pylock: stdout };
    if (systemCode(error) === 'ENOENT') throw noUv(error);
    if (systemCode(error) === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER' || error.killed === true)
      throw tooLong(requirement, deadlineMs);
    const message = plain(stderr, indexAddress);
    if (/unexpected argument|invalid value/u.test(message)) throw oldUv(message);
    if (message.includes('No interpreter found')) throw noPython(message);
    return { kind: 'failed', message };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The index that uv asks where it is told nothing: its own default. Undefined without uv. Nothing is asked for over a network. */
export async function indexOfUv(): Promise<IndexAddress | undefined> {
  const words = [
    'pip',
    'compile',
    '--emit-index-url',
    '--no-header',
    '--no-config',
    '--system',
    '--offline',
    '--quiet',
    '-',
  ];
  const env = Object.fromEntries(
    passed.flatMap((key) => (process.env[key] === undefined ? [] : [[key, process.env[key]]])),
  );
  const { error, stdout } = await run(words, tmpdir(), env, pythonDeadlineMs);
  const address = error === null ? /^--index-url (?<address>\S+)$/mu.exec(stdout)?.groups?.address : undefined;
  return address === undefined ? undefined : readIndexAddress(address, 'uv');
}

interface Run {
  readonly error: (Error & { readonly killed?: boolean }) | null;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (
  words: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
  deadlineMs: number,
): Promise<Run> =>
  new Promise((resolve) => {
    const bounds = { timeout: deadlineMs, killSignal: 'SIGKILL', maxBuffer: maxPylockBytes } as const;
    const child = execFile('uv', words, { cwd, env, ...bounds }, (error, stdout, stderr) =>
      resolve({ error, stdout, stderr }),
    );
    child.stdin?.on('error', () => undefined).end();
  });

/** What of this process's environment uv sees: how it finds programs and the network. */
const passed = [
  ...['PATH', 'SystemRoot', 'SYSTEMROOT', 'PATHEXT', 'TMPDIR', 'TEMP', 'TMP', 'SSL_CERT_FILE', 'SSL_CERT_DIR'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'],
];

/** The address of the index stands here and not among the words, because other accounts can list those. */
async function environment(home: string, indexAddress: string): Promise<Readonly<Record<string, string>>> {
  const own = passed.flatMap((key) => (process.env[key] === undefined ? [] : [[key, process.env[key]] as const]));
  const env: Record<string, string> = { ...Object.fromEntries(own), HOME: home, UV_DEFAULT_INDEX: indexAddress };
  const { ca, proxy, httpsProxy, noProxy } = await npmOptions();
  if (env.SSL_CERT_FILE === undefined && env.SSL_CERT_DIR === undefined) {
    env.SSL_CERT_FILE = join(home, 'authorities.pem');
    await writeFile(env.SSL_CERT_FILE, [...getCACertificates('default'), ...[ca ?? []].flat()].join('\n'));
  }
  const configured = httpsProxy ?? proxy;
  if (typeof configured === 'string' && configured !== '') {
    env.ALL_PROXY ??= configured;
    const direct = [noProxy ?? [], 'localhost', '127.0.0.1', '::1'].flat();
    env.NO_PROXY ??= direct.filter((host) => host !== '').join(',');
  }
  return env;
}

const maxMessageLength = 2_000;

/** Without colours, line breaks, and the user and the password of the index. */
function plain(text: string, indexAddress: string): string {
  const { username, password } = new URL(indexAddress);
  const secrets = [username, password, decodeURIComponent(username), decodeURIComponent(password)];
  let message = text
    .replaceAll(/\u001b\[[0-9;]*m/gu, '')
    .replaceAll(/\s+/gu, ' ')
    .trim();
  for (const secret of secrets) if (secret !== '') message = message.replaceAll(secret, '****');
  return message.replace(/^error: /u, '').slice(0, maxMessageLength);
}

const noUv = (cause: unknown): Failure =>
  new Failure(
    'no-uv',
    'uv is not installed, which resolves Python packages',
    'install it and try again: pip install uv, or see https://docs.astral.sh/uv/',
    { cause },
  );

const oldUv = (message: string): Failure =>
  new Failure('old-uv', `uv does not know an option: ${message}`, 'install a newer one: pip install --upgrade uv');

const noPython = (message: string): Failure =>
  new Failure('no-python', `uv finds no Python: ${message}`, 'install Python 3.10 or later, and put it on the PATH');

const tooLong = (requirement: string, deadlineMs: number): Failure =>
  new Failure(
    'resolve-timeout',
    `uv did not resolve ${requirement} within ${deadlineMs / 1000} seconds and ${maxPylockBytes} bytes`,
    'try again; if it stays so, ask the maintainer of the package to narrow what it depends on',
  );
