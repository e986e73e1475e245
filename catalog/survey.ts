/**
 * Reads and checks every server of a registry, and keeps no lock in memory. Each server is checked by itself, so that
 * several threads can share the work. The result does not depend on the number of threads.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { sha256 } from '../core/digest.ts';
import { Failure } from '../core/failure.ts';
import { maxManifestBytes } from '../core/limits.ts';
import type { Problem } from '../core/problem.ts';
import { lockPath, manifestPath } from '../core/statement.ts';
import { locateIn, type YamlFile } from '../core/yaml.ts';
import type { Manifest } from '../schemas/types.ts';
import type { FilePair, SoundServer } from './file-index.ts';
import { nothingKnown, type KnownFiles } from './known-files.ts';
import { outlineOf } from './lock-outline.ts';
import { hashOf, objectId } from './objects/object-id.ts';
import { readPlainFile } from './read-file.ts';
import {
  readOutline,
  readServer,
  type Outline,
  type OutlinedServer,
  type RegistryFiles,
  type ServerFiles,
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
  /** The git ids of its files, if git sees no change in them. */
  readonly pair?: FilePair;
}

/** A server as plain data that passes between threads. */
interface PlainServer extends Omit<OutlinedServer, 'manifest'> {
  readonly manifest: Manifest;
}

/** What was found out about one server. */
interface Surveyed {
  /** Absent where the manifest cannot be read. */
  readonly server?: PlainServer;
  readonly problems: readonly Problem[];
  /** The ids of exactly the bytes that were read. */
  readonly pair?: FilePair;
}

export interface SurveyOptions {
  readonly threads?: number;
  /** What need not be read again; what is found out is added to it. */
  readonly known?: KnownFiles;
}

/**
 * The problems are those of each server's files. `checkTogether` finds those between servers.
 * @throws UsageError where `root` is no registry
 */
export const surveyRegistryFiles = async (
  root: string,
  options: SurveyOptions = {},
): Promise<RegistryFiles<OutlinedServer>> => surveyServers(root, await readOutline(root), options);

/** The same, where the outline was read already. */
export async function surveyServers(
  root: string,
  { locked, ...outline }: Outline,
  { threads = Math.min(availableParallelism(), maxThreads), known = nothingKnown() }: SurveyOptions = {},
): Promise<RegistryFiles<OutlinedServer>> {
  const remembered = new Map<string, OutlinedServer>();
  const unknown: SharedServer[] = [];
  for (const name of outline.names) {
    const hasLockFile = locked.has(name);
    const sound = known.sound(name, hasLockFile);
    if (sound !== undefined) {
      remembered.set(name, outlined(root, name, sound));
      continue;
    }
    const pair = known.pair(name, hasLockFile);
    unknown.push({ name, hasLockFile, ...(pair !== undefined && { pair }) });
  }
  const surveyed = await surveyAll(root, unknown, Math.min(threads, Math.ceil(unknown.length / fewServers)));
  const read = new Map<string, OutlinedServer>();
  for (const { server, problems, pair } of surveyed) {
    if (server === undefined) continue;
    if (pair !== undefined && problems.length === 0) known.addSound(server, pair);
    read.set(server.name, withPlaces(root, server));
  }
  return {
    ...outline,
    servers: [...outline.names].flatMap((name) => remembered.get(name) ?? read.get(name) ?? []),
    problems: [...outline.problems, ...surveyed.flatMap(({ problems }) => problems)],
  };
}

const outlined = (root: string, name: string, { manifest, lock }: SoundServer): OutlinedServer =>
  withPlaces(root, {
    name,
    manifest: manifest.manifest,
    manifestDigest: manifest.sha256,
    hasLockFile: lock !== undefined,
    ...(lock !== undefined && { lock: { file: lockPath(name), outline: lock } }),
  });

/** The file is read once more where something in it is to be shown. */
const withPlaces = (root: string, { manifest: value, ...server }: PlainServer): OutlinedServer => {
  const file = manifestPath(server.name);
  let places: YamlFile<Manifest>['locate'] | undefined;
  return {
    ...server,
    manifest: {
      file,
      value,
      locate: (...of) => {
        places ??= placesIn(readPlainFile(root, file, maxManifestBytes));
        return places(...of);
      },
    },
  };
};

/** A file that went meanwhile has no lines. */
const placesIn = (bytes: Buffer | Problem): YamlFile<Manifest>['locate'] =>
  Buffer.isBuffer(bytes) ? locateIn(bytes) : () => ({ line: 1, column: 1 });

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
  for (let index = 0; index < servers.length; index += atOnce)
    yield servers.slice(index, index + atOnce).map((server) => surveyServer(root, server));
}

function surveyServer(root: string, { name, hasLockFile, pair }: SharedServer): Surveyed {
  const { server, problems } = readServer(root, name, hasLockFile);
  if (server === undefined) return { problems };
  const { manifest, manifestBytes, lock } = server;
  return {
    server: {
      name,
      manifest: manifest.value,
      manifestDigest: sha256(manifestBytes),
      hasLockFile,
      ...(lock !== undefined && { lock: { file: lock.file, outline: outlineOf(lock.bytes, lock.value) } }),
    },
    problems: [...problems, ...checkServer(server)],
    ...(pair !== undefined && isOf(pair, server) && { pair }),
  };
}

/** Git may write other bytes into the working tree than it keeps, such as other line ends. */
const isOf = (pair: FilePair, { manifestBytes, lock }: ServerFiles): boolean =>
  isBlob(pair.manifest, manifestBytes) &&
  (pair.lock === undefined || (lock !== undefined && isBlob(pair.lock, lock.bytes)));

const isBlob = (id: string, bytes: Uint8Array): boolean => objectId('blob', bytes, hashOf(id)) === id;

/**
 * Reads a server in full, including the lock, because only its outline was kept.
 * @throws Failure `changed-meanwhile` if a file changed since then, so that the earlier results no longer hold
 */
export function readSurveyed(root: string, { name, manifestDigest, hasLockFile, lock }: OutlinedServer): ServerFiles {
  const { server } = readServer(root, name, hasLockFile);
  const isSame =
    server !== undefined &&
    sha256(server.manifestBytes) === manifestDigest &&
    (server.lock === undefined ? undefined : sha256(server.lock.bytes)) === lock?.outline.sha256;
  if (isSame) return server;
  throw new Failure(
    'changed-meanwhile',
    `${manifestPath(name)} or ${lockPath(name)} is another one than a moment ago`,
    'run the command again, and leave the files alone meanwhile',
  );
}
