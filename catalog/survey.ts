/**
 * Reads and checks every server of a registry, and keeps no lock in memory. Each server is checked by itself, so that
 * several threads can share the work. The result does not depend on the number of threads.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { sha256 } from '../core/digest.ts';
import { Failure } from '../core/failure.ts';
import type { Problem } from '../core/problem.ts';
import { lockPath, manifestPath } from '../core/statement.ts';
import { locateIn } from '../core/yaml.ts';
import type { Manifest } from '../schemas/types.ts';
import { lockOutliner } from './lock-outline.ts';
import {
  readOutline,
  readServer,
  type Outline,
  type RegistryFiles,
  type ServerFiles,
  type SurveyedServer,
} from './registry-files.ts';
import { checkServer } from './rules.ts';

/** To start a thread takes as long as to check this many servers. */
const fewServers = 300;
/** Each thread has a heap of its own. */
const maxThreads = 4;
/** Large enough that little is copied, small enough that all heaps together stay small. */
const youngGenerationMib = 16;
/** How many servers a thread sends in one message. */
const atOnce = 64;

/** The servers that one thread reads and checks. */
export interface Share {
  readonly root: string;
  readonly servers: readonly SharedServer[];
}

interface SharedServer {
  readonly name: string;
  readonly hasLockFile: boolean;
  /** Absent if the lock is not outlined. */
  readonly withPackages?: boolean;
}

export interface SurveyOptions {
  readonly threads?: number;
  /** Has every lock outlined: those of these servers with their packages. */
  readonly packagesOf?: ReadonlySet<string>;
}

/** A server as plain data that passes between threads. */
interface PlainServer extends Omit<SurveyedServer, 'manifest'> {
  readonly manifest: Manifest;
}

/** What was found out about one server. */
interface Surveyed {
  /** Absent where the manifest cannot be read. */
  readonly server?: PlainServer;
  readonly problems: readonly Problem[];
}

/**
 * The problems are those of each server's files. `checkTogether` finds those between servers.
 * @throws UsageError where `root` is no registry
 */
export const surveyRegistryFiles = async (
  root: string,
  options: SurveyOptions = {},
): Promise<RegistryFiles<SurveyedServer>> => surveyServers(root, await readOutline(root), options);

/** The same, where the outline was read already. */
export async function surveyServers(
  root: string,
  { locked, ...outline }: Outline,
  { threads = Math.min(availableParallelism(), maxThreads), packagesOf }: SurveyOptions = {},
): Promise<RegistryFiles<SurveyedServer>> {
  const servers = [...outline.names].map((name): SharedServer => ({
    name,
    hasLockFile: locked.has(name),
    ...(packagesOf !== undefined && { withPackages: packagesOf.has(name) }),
  }));
  const surveyed = await surveyAll(root, servers, Math.min(threads, Math.ceil(servers.length / fewServers)));
  return {
    ...outline,
    servers: surveyed.flatMap(({ server }) => server ?? []).map(toServer),
    problems: [...outline.problems, ...surveyed.flatMap(({ problems }) => problems)],
  };
}

async function surveyAll(root: string, servers: Share['servers'], threads: number): Promise<Surveyed[]> {
  if (threads <= 1) return [...survey({ root, servers })].flat();
  // Each thread takes every n-th server: neighbours may be equally large.
  const dealt = await Promise.all(
    Array.from({ length: threads }, (_, thread) =>
      surveyElsewhere({ root, servers: servers.filter((__, index) => index % threads === thread) }),
    ),
  );
  return servers.flatMap((_, index) => dealt[index % threads]?.[Math.floor(index / threads)] ?? []);
}

function surveyElsewhere(share: Share): Promise<Surveyed[]> {
  const worker = new Worker(new URL('survey-thread.ts', import.meta.url), {
    workerData: share,
    resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMib },
  });
  const all: Surveyed[] = [];
  return new Promise((resolve, reject) => {
    worker.on('message', (some: readonly Surveyed[]) => void all.push(...some));
    worker.on('error', reject);
    worker.on('exit', () =>
      all.length === share.servers.length
        ? resolve(all)
        : reject(new Error(`a thread ended after ${all.length} of ${share.servers.length} servers`)),
    );
  });
}

/** Reads and checks the servers of a share, in order. */
export function* survey({ root, servers }: Share): Generator<Surveyed[]> {
  const outline = lockOutliner();
  for (let index = 0; index < servers.length; index += atOnce)
    yield servers.slice(index, index + atOnce).map((server) => surveyServer(root, server, outline));
}

function surveyServer(
  root: string,
  { name, hasLockFile, withPackages }: SharedServer,
  outline: ReturnType<typeof lockOutliner>,
): Surveyed {
  const { server, problems } = readServer(root, name, hasLockFile);
  if (server === undefined) return { problems };
  const { manifest, manifestBytes, lock } = server;
  return {
    server: {
      name,
      manifest: manifest.value,
      manifestBytes: new Uint8Array(manifestBytes),
      hasLockFile,
      ...(lock !== undefined && {
        lock: { file: lock.file, ...(withPackages !== undefined && { outline: outline(lock, withPackages) }) },
      }),
    },
    problems: [...problems, ...checkServer(server)],
  };
}

const toServer = ({ manifest: value, ...server }: PlainServer): SurveyedServer => ({
  ...server,
  manifest: { file: manifestPath(server.name), value, locate: locateIn(server.manifestBytes) },
});

/**
 * Reads a server in full, including the lock, because only its outline was kept.
 * @throws Failure `changed-meanwhile` if a file changed since then, so that the earlier results no longer hold
 */
export function readSurveyed(root: string, { name, manifestBytes, hasLockFile, lock }: SurveyedServer): ServerFiles {
  const { server } = readServer(root, name, hasLockFile);
  const isSame =
    server !== undefined &&
    Buffer.compare(server.manifestBytes, manifestBytes) === 0 &&
    (server.lock === undefined ? undefined : sha256(server.lock.bytes)) === lock?.outline?.sha256;
  if (isSame) return server;
  throw new Failure(
    'changed-meanwhile',
    `${manifestPath(name)} or ${lockPath(name)} is another one than a moment ago`,
    'run the command again, and leave the files alone meanwhile',
  );
}
