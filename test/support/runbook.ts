/** The commands of the runbooks as they stand in the files, and an organisation whose people run them. */
import { execFileSync, spawn } from 'node:child_process';
import { chmod, cp, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { HttpFailure } from '../../core/address.ts';
import { sha256 } from '../../core/digest.ts';
import { targetPath } from '../../core/metadata.ts';
import type { Refusal } from '../../core/refusal.ts';
import { toSecond } from '../../core/time.ts';
import { ApprovedServers } from '../../host/trust/approved-servers.ts';
import type { FetchFile } from '../../host/trust/metadata-client.ts';
import { loadTrust } from '../../host/trust/trust-config.ts';
import { inKms } from '../fakes/aws/kms.ts';
import { startAws, type AwsServer } from '../fakes/aws/server.ts';
import { runFolder, temporaryFolder } from './folder.ts';
import type { FakeNpm } from './npm-registry.ts';
import { testKey, type TestKey } from './statements.ts';

const root = join(import.meta.dirname, '../..');
const clock = join(import.meta.dirname, 'clock.ts');

/** The commands in a runbook, a block each. */
export async function commandsIn(runbook: string): Promise<string[]> {
  const text = await readFile(join(root, 'docs/runbooks', runbook), 'utf8');
  return [...text.matchAll(/^ *```sh\n(?<commands>.*?)^ *```$/gmsu)].map(({ groups }) => groups?.commands ?? '');
}

/** The lines that the first ceremony adds to registry.yaml. */
export async function yamlIn(runbook: string): Promise<string> {
  const text = await readFile(join(root, 'docs/runbooks', runbook), 'utf8');
  return (/```yaml\n(?<text>.*?)```/su.exec(text)?.groups?.['text'] ?? '').replaceAll(/^ {3}/gmu, '');
}

/**
 * `npx` in the registry's clone; what a person is asked at the terminal comes from options, which exist for that. No
 * word of the command is changed.
 */
const npx = (secret: string): string => `#!/bin/bash
shift
case "$1 $2" in
  'root sign') set -- "$@" --yes --secret-file '${secret}' ;;
  'key new' | 'key show') set -- "$@" --secret-file '${secret}' ;;
esac
exec '${process.execPath}' '${join(root, 'scripts/registry.js')}' "$@"
`;

/** The keys in the KMS, by what their alias ends with. */
export const kmsKeys: Readonly<Record<string, TestKey>> = Object.fromEntries(
  ['approval', 'snapshot', 'timestamp', 'approval-2', 'snapshot-2', 'timestamp-2'].map((name, index) => [
    name,
    testKey(31 + index),
  ]),
);

export interface Organisation {
  /** The clone of the registry, and the home of everybody. */
  readonly folder: string;
  readonly kms: AwsServer;
  /** By path: what hosts get instead of the files of `dist/`. */
  readonly served: Map<string, Uint8Array>;
  readonly git: (now: Date, ...words: string[]) => void;
  /** Commands in a shell at a time, by one of the people. Gives what they print. @throws where one of them fails */
  readonly run: (commands: string | undefined, now: Date, you?: string) => Promise<string>;
  /** Changes the address of a key in registry.yaml, and commits it. */
  readonly changeAddress: (key: string, next: string, now: Date) => Promise<void>;
  /** What a host says of the server `tiny`: the version that it may run, or the code of a refusal. */
  readonly host: (now: Date, state?: string) => Promise<string>;
  /** The program that a host would update to. */
  readonly launcher: (now: Date) => Promise<Buffer | undefined>;
  /** Why keys were revoked, as a host says it. */
  readonly revocations: (now: Date) => Promise<readonly string[]>;
}

/** A registry's folder with its people, its KMS and its hosts; a copy where a folder is given that others begin with. */
export async function organisation(npm: FakeNpm, folder: string, begun?: Organisation): Promise<Organisation> {
  if (begun !== undefined) await cp(begun.folder, folder, { recursive: true });
  let clockOfKms = new Date(0);
  const kms = await startAws(() => clockOfKms);
  for (const [name, key] of Object.entries(kmsKeys)) {
    kms.keys.set(name, inKms(key));
    kms.aliases.set(`alias/countersign-${name}`, name);
  }
  const secret = join(folder, 'secret');
  await writeFile(secret, 'correct horse battery staple\n');
  await writeFile(join(folder, 'npx'), npx(secret));
  await chmod(join(folder, 'npx'), 0o755);
  const environment = (now: Date): NodeJS.ProcessEnv => ({
    ...process.env,
    ...kms.env,
    ...npm.env,
    AWS_ENDPOINT_URL_KMS: kms.url,
    HOME: folder,
    PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}`,
    npm_config_cache: join(folder, '.npm'),
    CLOCK: toSecond(now),
    NODE_OPTIONS: `--import=${clock}`,
    // Some hundred processes load the same code.
    NODE_COMPILE_CACHE: join(runFolder(), 'compile-cache'),
    ...Object.fromEntries(
      ['AUTHOR', 'COMMITTER'].flatMap((who) => [
        [`GIT_${who}_NAME`, 'T'],
        [`GIT_${who}_EMAIL`, 't@example.com'],
        [`GIT_${who}_DATE`, toSecond(now)],
      ]),
    ),
  });
  const git = (now: Date, ...words: string[]): void => {
    execFileSync('git', words, { cwd: folder, env: environment(now) });
  };
  const run: Organisation['run'] = (commands, now, you = '') =>
    new Promise((resolve, reject) => {
      if (commands === undefined) throw new Error('the runbook has no such commands');
      clockOfKms = now;
      const shell = spawn('bash', ['-e', '-c', commands.replaceAll('<you>', you)], {
        cwd: folder,
        env: environment(now),
      });
      let said = '';
      for (const stream of [shell.stdout, shell.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk));
      shell.on('error', reject);
      shell.on('close', (status) =>
        status === 0 ? resolve(said) : reject(new Error(`${commands} ended with ${status}:\n${said}`)),
      );
    });
  const changeAddress: Organisation['changeAddress'] = async (key, next, now) => {
    const file = join(folder, 'registry.yaml');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace(new RegExp(`countersign-${key}$`, 'mu'), `countersign-${next}`));
    git(now, 'commit', '--quiet', '--message', 'another key', 'registry.yaml');
  };
  const served: Organisation['served'] = new Map();
  const fetch: FetchFile = async (url) => {
    const path = decodeURIComponent(new URL(url).pathname).slice(1);
    return (
      served.get(path) ??
      readFile(join(folder, 'dist', path)).catch(() => {
        throw new HttpFailure(url, 404);
      })
    );
  };
  const remembered = join(await temporaryFolder(), 'host');
  const openHost = async (now: Date, state: string): Promise<ApprovedServers> => {
    const trust = await loadTrust(join(folder, 'trust.json'));
    return new ApprovedServers({ ...trust, refreshAfterMs: 0 }, state, now, fetch);
  };
  const host: Organisation['host'] = async (now, state = remembered) =>
    (await openHost(now, state)).server('tiny').then(
      ({ approval }) => approval.server.version,
      (error: Refusal) => error.code,
    );
  const launcher: Organisation['launcher'] = async (now) => {
    const bytes = await (await openHost(now, remembered)).launcher();
    return bytes === undefined ? undefined : Buffer.from(bytes);
  };
  const revocations: Organisation['revocations'] = async (now) => {
    const { keyring } = await (await openHost(now, remembered)).state();
    return [...keyring.keys.values()].flatMap(({ revoked }) => revoked?.reason ?? []);
  };
  return { folder, kms, served, git, run, changeAddress, host, launcher, revocations };
}

/** Puts other repository metadata and the files that it names where hosts fetch them. */
export function serveInstead(
  { served }: Organisation,
  metadata: ReadonlyMap<string, Uint8Array>,
  named: ReadonlyMap<string, Uint8Array>,
): void {
  for (const [name, bytes] of metadata) served.set(`metadata/${name}`, bytes);
  for (const [path, bytes] of named) served.set(targetPath(path, sha256(bytes)), bytes);
}
