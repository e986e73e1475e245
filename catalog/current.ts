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
import { idOf, listCommit, readPair, type CommitSource } from './committed.ts';
import type { ListedFiles } from './objects/commit-files.ts';
import type { FileIndex, FilePair, ManifestFacts } from './file-index.ts';
import { outlineOf, type LockOutline } from './lock-outline.ts';
import { readOutline, readServer, type RegistryFiles, type ServerFiles } from './registry-files.ts';
import { checkServer } from './rules.ts';
import type { FileSource } from './read-file.ts';
import type { ServerStates } from './server-states.ts';
import { readSurveyed, surveyRegistryFiles } from './survey.ts';

/** One server whose manifest can be read. */
export interface CurrentServer {
  /** From the file's name. */
  readonly name: string;
  readonly manifest: YamlFile<Manifest>;
  /** SHA-256 of the exact bytes. */
  readonly manifestDigest: string;
  readonly hasLockFile: boolean;
  /** Absent if there is no lock, or it cannot be read. */
  readonly lock?: LockOutline;
  /** Reads both files in full. */
  readonly read: () => Promise<ServerFiles>;
}

/** The servers, and the names of all manifests, readable or not. */
export type CurrentServers = Pick<RegistryFiles<CurrentServer>, 'names' | 'servers'>;

/** In the working tree. @throws UsageError if `root` is not a registry */
export async function currentInFolder(root: string): Promise<RegistryFiles<CurrentServer>> {
  const surveyed = await surveyRegistryFiles(root);
  return {
    ...surveyed,
    servers: surveyed.servers.map((server) => {
      const { name, manifest, manifestDigest, hasLockFile, lock } = server;
      return {
        ...{ name, manifest, manifestDigest, hasLockFile },
        ...(lock !== undefined && { lock: lock.outline }),
        read: () => Promise.resolve().then(() => readSurveyed(root, server)),
      };
    }),
  };
}

/**
 * In a commit. Files that the index lists as free of problems are not read again.
 * @throws Refusal E_OBJECT, E_FORMAT, E_TOO_LARGE; Failure as the source does
 */
export const currentInCommit = (
  source: CommitSource,
  commit: string,
  index: FileIndex,
): Promise<RegistryFiles<CurrentServer>> =>
  source.lend(async (objects) => {
    const { outline: files, servers: listed } = await listCommit(objects, commit, source.folder);
    const { locked, ...outline } = await readOutline(files);
    const servers: CurrentServer[] = [];
    const problems: Problem[] = [...outline.problems];
    for (const name of outline.names) {
      const hasLockFile = locked.has(name);
      const place: Place = { name, hasLockFile, source, listed };
      const known = knownServer(place, index);
      if (known !== undefined) {
        servers.push(known);
        continue;
      }
      const pair = await readPair(objects, name, listed);
      const { server, problems: own } = readServer(pair, name, hasLockFile);
      if (server === undefined) rememberUnreadable(place, pair, index);
      const found = server === undefined ? own : [...own, ...checkServer(server)];
      problems.push(...found);
      if (server !== undefined) servers.push(readOnce(server, place, index, found.length === 0));
    }
    return { ...outline, servers, problems };
  });

/** What is known of the current servers without reading any file. What the index does not know is left out. */
export function currentKnown(states: ServerStates, index: FileIndex): CurrentServers {
  const servers: CurrentServer[] = [];
  for (const [name, { manifest, lock }] of states.current) {
    const facts = manifest === undefined ? undefined : index.manifest(name, manifest);
    if (facts?.manifest === undefined) continue;
    servers.push(
      knownOf(name, { ...facts, manifest: facts.manifest }, lock === undefined ? undefined : index.lock(lock), notHere),
    );
  }
  return {
    names: new Set([...states.current].flatMap(([name, { manifest }]) => (manifest === undefined ? [] : name))),
    servers,
  };
}

const notHere = (): Promise<never> => Promise.reject(new Error('only what is known of this file is here'));

/** That a manifest cannot be read is known from then on, too. */
function rememberUnreadable({ name, listed }: Place, pair: FileSource, index: FileIndex): void {
  const [id, bytes] = [idOf(listed, manifestPath(name)), pair.read(manifestPath(name))];
  if (id !== undefined && bytes instanceof Uint8Array) index.addManifest(name, id, bytes);
}

/** Where the files of one server are. */
interface Place {
  readonly name: string;
  readonly hasLockFile: boolean;
  readonly source: CommitSource;
  readonly listed: ListedFiles;
}

function pairOf({ name, hasLockFile, listed }: Place): FilePair | undefined {
  const manifest = idOf(listed, manifestPath(name));
  const lock = hasLockFile ? idOf(listed, lockPath(name)) : undefined;
  if (manifest === undefined || (hasLockFile && lock === undefined)) return undefined;
  return { name, manifest, ...(lock !== undefined && { lock }) };
}

function knownServer(place: Place, index: FileIndex): CurrentServer | undefined {
  const pair = pairOf(place);
  const known = pair === undefined ? undefined : index.sound(pair);
  return known === undefined ? undefined : knownOf(place.name, known.manifest, known.lock, () => readAgain(place));
}

const knownOf = (
  name: string,
  { manifest: value, sha256: manifestDigest }: Required<ManifestFacts>,
  lock: LockOutline | undefined,
  read: CurrentServer['read'],
): CurrentServer => ({
  name,
  // Its lines are not known without its bytes.
  manifest: { file: manifestPath(name), value, locate: () => ({ line: 1, column: 1 }) },
  ...{ manifestDigest, hasLockFile: lock !== undefined, read },
  // Where it cannot be read, it has no version.
  ...(lock?.version !== undefined && { lock }),
});

/** A server that was read just now. If it has no problems, the index remembers that. */
function readOnce(server: ServerFiles, place: Place, index: FileIndex, isSound: boolean): CurrentServer {
  const { name, manifest, manifestBytes, hasLockFile, lock } = server;
  const pair = pairOf(place);
  if (pair !== undefined) {
    index.addManifest(name, pair.manifest, manifestBytes, manifest.value);
    if (pair.lock !== undefined && lock !== undefined) index.addLock(pair.lock, lock.bytes, lock.value);
    if (isSound) index.addSound(pair);
  }
  return {
    ...{ name, manifest, hasLockFile, manifestDigest: sha256(manifestBytes) },
    ...(lock !== undefined && { lock: outlineOf(lock.bytes, lock.value) }),
    read: () => readAgain(place),
  };
}

const readAgain = ({ name, hasLockFile, source, listed }: Place): Promise<ServerFiles> =>
  source.lend(async (objects) => {
    const { server } = readServer(await readPair(objects, name, listed), name, hasLockFile);
    if (server !== undefined) return server;
    throw new Failure('git', `${manifestPath(name)} cannot be read again`, 'run `git fsck`, or clone again');
  });
