/** The files of a registry in a commit. The working tree is not used. */
import { maxLockBytes } from '../core/limits.ts';
import { Refusal } from '../core/refusal.ts';
import { lockPath, manifestPath } from '../core/statement.ts';
import { listFiles, readCommitFiles, type ListedFiles } from './objects/commit-files.ts';
import type { GitObjects } from './objects/git-objects.ts';
import { isPlainFile } from './objects/tree.ts';
import type { FileSource } from './read-file.ts';
import type { ServerStates } from './server-states.ts';

/** Where the objects of a repository come from: a clone, or a forge. */
export interface CommitSource {
  /** Gives the objects to `use`. They can be read only while `use` runs. */
  readonly lend: <T>(use: (objects: GitObjects) => Promise<T>) => Promise<T>;
  /** The folder that is the registry; the empty string where it is the top of the repository. */
  readonly folder: string;
  /** What the main line held of each server, from where it begins up to a commit. @throws Failure where that is not known */
  readonly statesUntil: (commit: string) => Promise<ServerStates>;
}

/** What a registry is made of, except for its advisories and trust/, which are read as folders. */
export interface CommittedFiles {
  /** registry.yaml and policy.yaml with their content, and the names in servers/. */
  readonly outline: FileSource;
  /** What there is in servers/, by path. */
  readonly servers: ListedFiles;
}

/** Lists the files of a commit, and reads none of those in servers/. @throws Refusal E_OBJECT, E_FORMAT, E_TOO_LARGE */
export async function listCommit(objects: GitObjects, commit: string, folder: string): Promise<CommittedFiles> {
  const own = await readCommitFiles(objects, commit, { paths: ['registry.yaml', 'policy.yaml'], folder });
  const servers = await listFiles(objects, own.commit.tree, { paths: ['servers'], folder });
  const names = [...servers.keys()].map((path) => path.split('/')[1] ?? '');
  return {
    outline: { list: (of) => (of === 'servers' ? [...new Set(names)] : []), read: (path) => own.read(path) },
    servers,
  };
}

/** The git id of a plain file's bytes; undefined if there is no plain file. */
export function idOf(files: ListedFiles, path: string): string | undefined {
  const entry = files.get(path);
  return entry !== undefined && isPlainFile(entry) ? entry.id : undefined;
}

/**
 * A file's bytes. If the file is too long to be read, other bytes stand in for it, so that one merged file that is too
 * long does not stop all other servers.
 */
export const blobOr = (objects: GitObjects, id: string, others: Buffer): Promise<Buffer> =>
  objects.blob(id).catch((error: unknown) => {
    if (error instanceof Refusal && error.code === 'E_TOO_LARGE') return others;
    throw error;
  });

/** Longer than any manifest or lock may be, so that reading it reports that. */
const tooLong = Buffer.alloc(maxLockBytes + 1);

/** The two files of one server, read. @throws Refusal E_OBJECT */
export async function readPair(objects: GitObjects, name: string, files: ListedFiles): Promise<FileSource> {
  const bytes = new Map<string, Buffer>();
  for (const path of [manifestPath(name), lockPath(name)]) {
    const id = idOf(files, path);
    if (id !== undefined) bytes.set(path, await blobOr(objects, id, tooLong));
  }
  return {
    list: () => [],
    // Of a folder, what lies in it is listed, and not itself.
    read: (path) =>
      bytes.get(path) ??
      ([...files.keys()].some((other) => other === path || other.startsWith(`${path}/`)) ? 'no-plain-file' : undefined),
  };
}
