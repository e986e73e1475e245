/** The states of each server on the main line of git's history. */
import { mapConcurrently } from '../core/concurrency.ts';
import type { Manifest } from '../schemas/types.ts';
import { cloneSource } from './clone-source.ts';
import { blobOr, type CommitSource } from './committed.ts';
import { FileIndex } from './file-index.ts';
import type { ServerState } from './server-states.ts';

/** A server's two files after a commit. */
export interface PastState {
  readonly name: string;
  readonly commit: string;
  /** When that commit was made: of a merge, when it was merged. */
  readonly committedAt: Date;
  /** SHA-256 of the exact bytes. */
  readonly manifestDigest: string;
  readonly lockDigest: string;
  /** Absent if today's schema rejects it. */
  readonly manifest?: Manifest;
  /** The lock's; absent where it cannot be read. */
  readonly lockVersion?: string;
}

/** By server name, the oldest first. */
export type History = ReadonlyMap<string, readonly PastState[]>;

/** Which part of history is read. */
export interface HistoryOptions {
  /** The commit that it ends with; HEAD where it is left out. */
  readonly at?: string;
  /** The servers; all of them where it is left out. */
  readonly names?: Pick<ReadonlySet<string>, 'has'>;
  /** What is known of files already; what is not is read, and added. */
  readonly index?: FileIndex;
}

/** Files that are in memory at one time. */
const atOnce = 16;

/** Stands for a file that is too long. No approval can be for it. */
const unreadable = Buffer.alloc(0);

/** From a clone. @throws Failure `shallow-clone`, `git` */
export async function readHistory(root: string, options: HistoryOptions = {}): Promise<History> {
  const { at = 'HEAD', names, index = new FileIndex('') } = options;
  const clone = await cloneSource(root);
  const { all } = await clone.statesUntil(at);
  return historyOf(
    all.filter(({ name }) => names?.has(name) ?? true),
    clone,
    index,
  );
}

/** The history that states make, with what their files say. @throws Failure as the source does */
export async function historyOf(
  states: readonly ServerState[],
  source: CommitSource,
  index: FileIndex,
): Promise<History> {
  await readUnknown(source, states, index);
  return knownHistory(states, index);
}

/** The same where nothing can be read: a state whose files the index does not know is left out. */
export const knownHistory = (states: readonly ServerState[], index: FileIndex): History =>
  Map.groupBy(
    states.flatMap((state) => pastState(state, index)),
    ({ name }) => name,
  );

/** Reads what the index does not know, one file after the other. */
async function readUnknown({ lend }: CommitSource, states: readonly ServerState[], index: FileIndex): Promise<void> {
  const namesById = new Map<string, Set<string>>();
  for (const { name, manifest } of states)
    if (index.manifest(name, manifest) === undefined)
      namesById.set(manifest, (namesById.get(manifest) ?? new Set()).add(name));
  const locks = new Set(states.map(({ lock }) => lock).filter((id) => index.lock(id) === undefined));
  if (namesById.size === 0 && locks.size === 0) return;
  await lend(async (objects) => {
    await mapConcurrently([...namesById], atOnce, async ([id, names]) => {
      const bytes = await blobOr(objects, id, unreadable);
      for (const name of names) index.addManifest(name, id, bytes);
    });
    await mapConcurrently([...locks], atOnce, async (id) => index.addLock(id, await blobOr(objects, id, unreadable)));
  });
}

function pastState(
  { name, commit, committedAt, manifest: id, lock: lockId }: ServerState,
  index: FileIndex,
): PastState[] {
  const manifest = index.manifest(name, id);
  const lock = index.lock(lockId);
  if (manifest === undefined || lock === undefined) return [];
  return [
    {
      name,
      commit,
      committedAt,
      manifestDigest: manifest.sha256,
      lockDigest: lock.sha256,
      ...(manifest.manifest !== undefined && { manifest: manifest.manifest }),
      ...(lock.version !== undefined && { lockVersion: lock.version }),
    },
  ];
}

/** Where today's schema rejects a manifest, its version is its lock's. */
export const versionOf = ({ manifest, lockVersion, manifestDigest }: PastState): string =>
  manifest?.version ?? lockVersion ?? manifestDigest;
