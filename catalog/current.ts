/**
 * The current files of every server, in a commit or in the working tree: read and checked one after the other, so that
 * no more than one lock is in memory.
 */
import { sha256 } from '../core/digest.ts';
import { Failure } from '../core/failure.ts';
import type { Problem } from '../core/problem.ts';
import { lockPath, manifestPath } from '../core/statement.ts';
import type { YamlFile } from '../core/yaml.ts';
import type { Manifest } from '../schemas/types.ts';
import { CommittedFiles } from './committed.ts';
import type { FileIndex, FilePair } from './file-index.ts';
import { packagesOf } from './lock-outline.ts';
import { readOutline, readServer, type RegistryFiles, type ServerFiles } from './registry-files.ts';
import { checkServer } from './rules.ts';
import { readSurveyed, surveyRegistryFiles } from './survey.ts';

/** A lock, without its largest part. */
export interface CurrentLock {
  /** SHA-256 of the exact bytes. */
  readonly digest: string;
  /** Their names. */
  readonly tools: readonly string[];
  /** How many there are. */
  readonly packages: number;
}

/** One server whose manifest can be read. */
export interface CurrentServer {
  /** From the file's name. */
  readonly name: string;
  readonly manifest: YamlFile<Manifest>;
  /** SHA-256 of the exact bytes. */
  readonly manifestDigest: string;
  readonly hasLockFile: boolean;
  /** Absent where there is no lock, or it cannot be read. */
  readonly lock?: CurrentLock;
  /** Reads both files in full. */
  readonly read: () => Promise<ServerFiles>;
}

/** In the working tree. @throws UsageError where `root` is no registry */
export async function currentInFolder(root: string): Promise<RegistryFiles<CurrentServer>> {
  const surveyed = await surveyRegistryFiles(root, { packagesOf: new Set() });
  return {
    ...surveyed,
    servers: surveyed.servers.map((server) => {
      const { name, manifest, manifestBytes, hasLockFile, lock } = server;
      return {
        ...{ name, manifest, hasLockFile, manifestDigest: sha256(manifestBytes) },
        ...(lock?.outline !== undefined && {
          lock: { digest: lock.outline.sha256, tools: lock.outline.tools, packages: lock.outline.size },
        }),
        read: () => Promise.resolve().then(() => readSurveyed(root, server)),
      };
    }),
  };
}

/** In a commit. What the index knows to be sound is not read again. @throws Failure `git` */
export async function currentInCommit(
  root: string,
  commit: string,
  index: FileIndex,
): Promise<RegistryFiles<CurrentServer>> {
  const files = await CommittedFiles.of(root, commit);
  const { locked, ...outline } = await readOutline(files);
  const servers = new Map<string, CurrentServer>();
  const unknown: string[] = [];
  for (const name of outline.names) {
    const known = knownServer(name, locked.has(name), files, index);
    if (known === undefined) unknown.push(name);
    else servers.set(name, known);
  }
  const problems: Problem[] = [...outline.problems];
  const groups = unknown.map((name) => [manifestPath(name), ...(locked.has(name) ? [lockPath(name)] : [])]);
  let at = 0;
  for await (const [, source] of files.readGroups(groups)) {
    const name = unknown[at++] ?? '';
    const { server, problems: own } = readServer(source, name, locked.has(name));
    problems.push(...own);
    if (server === undefined) continue;
    const found = checkServer(server);
    problems.push(...found);
    servers.set(name, readOnce(server, files, index, own.length + found.length === 0));
  }
  return { ...outline, servers: [...outline.names].flatMap((name) => servers.get(name) ?? []), problems };
}

const pairOf = (name: string, hasLockFile: boolean, files: CommittedFiles): FilePair | undefined => {
  const manifest = files.idOf(manifestPath(name));
  const lock = hasLockFile ? files.idOf(lockPath(name)) : undefined;
  if (manifest === undefined || (hasLockFile && lock === undefined)) return undefined;
  return { name, manifest, ...(lock !== undefined && { lock }) };
};

function knownServer(
  name: string,
  hasLockFile: boolean,
  files: CommittedFiles,
  index: FileIndex,
): CurrentServer | undefined {
  const pair = pairOf(name, hasLockFile, files);
  if (pair === undefined || !index.isSound(pair)) return undefined;
  const { manifest: value, sha256: manifestDigest } = index.manifest(name, pair.manifest) ?? {};
  const lock = pair.lock === undefined ? undefined : index.lock(pair.lock);
  if (value === undefined || manifestDigest === undefined || (pair.lock !== undefined && lock === undefined))
    return undefined;
  return {
    name,
    // Its lines are not known without its bytes.
    manifest: { file: manifestPath(name), value, locate: () => ({ line: 1, column: 1 }) },
    ...{ manifestDigest, hasLockFile },
    ...(lock !== undefined && { lock: { digest: lock.sha256, tools: lock.tools, packages: lock.size } }),
    read: () => readAgain(name, hasLockFile, files),
  };
}

/** A server that was read just now; what is sound is known from then on. */
function readOnce(server: ServerFiles, files: CommittedFiles, index: FileIndex, sound: boolean): CurrentServer {
  const { name, manifest, manifestBytes, hasLockFile, lock } = server;
  const pair = pairOf(name, hasLockFile, files);
  if (pair !== undefined) {
    index.addManifest(name, pair.manifest, manifestBytes, manifest.value);
    if (pair.lock !== undefined && lock !== undefined) index.addLock(pair.lock, lock.bytes, lock.value);
    if (sound) index.addSound(pair);
  }
  return {
    ...{ name, manifest, hasLockFile, manifestDigest: sha256(manifestBytes) },
    ...(lock !== undefined && {
      lock: {
        digest: sha256(lock.bytes),
        tools: lock.value.tools.map((tool) => tool.name),
        packages: packagesOf(lock.value).length,
      },
    }),
    read: () => readAgain(name, hasLockFile, files),
  };
}

async function readAgain(name: string, hasLockFile: boolean, files: CommittedFiles): Promise<ServerFiles> {
  const paths = [manifestPath(name), ...(hasLockFile ? [lockPath(name)] : [])];
  for await (const [, source] of files.readGroups([paths])) {
    const { server } = readServer(source, name, hasLockFile);
    if (server !== undefined) return server;
  }
  throw new Failure('git', `${manifestPath(name)} cannot be read again`, 'run `git fsck`, or clone again');
}
