/** The states of each server on the main line of git's history. */
import { mapConcurrently } from '../core/concurrency.ts';
import { Failure } from '../core/failure.ts';
import type { Manifest } from '../schemas/types.ts';
import { blobOr } from './committed.ts';
import { FileIndex } from './file-index.ts';
import { git, gitWithInput } from './git.ts';
import { withClone } from './objects/clone.ts';

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

const nullId = /^0+$/u;
const serverFile = /^servers\/(?<name>[^/]+?)\.(?<kind>yaml|lock\.json)$/u;

/** Whether a clone has only the newest part of history. */
export const isShallow = async (root: string): Promise<boolean> =>
  (await git(root, 'rev-parse', '--is-shallow-repository')).trim() === 'true';

/** @throws Failure `shallow-clone`, `git` */
export async function readHistory(
  root: string,
  { at = 'HEAD', names, index = new FileIndex('') }: HistoryOptions = {},
): Promise<History> {
  if (await isShallow(root))
    throw new Failure(
      'shallow-clone',
      'this clone does not have the whole history, which says what was approved before',
      'run `git fetch --unshallow`',
    );
  const states = (await changedStates(root, at)).filter(({ name }) => names?.has(name) ?? true);
  await readUnknown(root, states, index);
  return Map.groupBy(
    states.flatMap((state) => pastState(state, index)),
    ({ name }) => name,
  );
}

/** Reads what the index does not know, one file after the other. */
async function readUnknown(root: string, states: readonly ChangedState[], index: FileIndex): Promise<void> {
  const namesById = new Map<string, Set<string>>();
  for (const { name, manifest } of states)
    if (index.manifest(name, manifest) === undefined)
      namesById.set(manifest, (namesById.get(manifest) ?? new Set()).add(name));
  const locks = new Set(states.map(({ lock }) => lock).filter((id) => index.lock(id) === undefined));
  if (namesById.size === 0 && locks.size === 0) return;
  await withClone(root, async (objects) => {
    await mapConcurrently([...namesById], atOnce, async ([id, names]) => {
      const bytes = await blobOr(objects, id, unreadable);
      for (const name of names) index.addManifest(name, id, bytes);
    });
    await mapConcurrently([...locks], atOnce, async (id) => index.addLock(id, await blobOr(objects, id, unreadable)));
  });
}

function pastState(
  { name, commit, committedAt, manifest: id, lock: lockId }: ChangedState,
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

interface ChangedState {
  readonly name: string;
  readonly commit: string;
  readonly committedAt: Date;
  /** Object ids. */
  readonly manifest: string;
  readonly lock: string;
}

/** Every state that has a manifest and a lock, in the order of first-parent history. */
async function changedStates(root: string, at: string): Promise<ChangedState[]> {
  const commits = await mainLine(root, at);
  // Each is compared with the one parent that is named beside it.
  const lines = commits.map(({ id, parent }) => (parent === undefined ? id : `${id} ${parent}`));
  const listed = await gitWithInput(
    root,
    lines.map((line) => `${line}\n`).join(''),
    ...['diff-tree', '--stdin', '-r', '--root', '--raw', '--no-renames', '--no-abbrev', '--relative', '-z'],
    ...['--', 'servers'],
  );
  const times = new Map(commits.map(({ id, committedAt }) => [id, committedAt]));
  const current = new Map<string, { manifest?: string; lock?: string }>();
  const states: ChangedState[] = [];
  let commit = '';
  let touched = new Set<string>();
  const flush = (): void => {
    for (const name of touched) {
      const { manifest, lock } = current.get(name) ?? {};
      const committedAt = times.get(commit) ?? new Date(0);
      if (manifest !== undefined && lock !== undefined) states.push({ name, commit, committedAt, manifest, lock });
    }
    touched = new Set();
  };
  const words = listed.split('\0');
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    if (word.startsWith(':')) {
      const [, , , id = ''] = word.split(' ');
      const { name, kind } = serverFile.exec(words[++index] ?? '')?.groups ?? {};
      if (name === undefined) continue;
      const state = current.get(name) ?? {};
      const field = kind === 'yaml' ? 'manifest' : 'lock';
      if (nullId.test(id)) delete state[field];
      else state[field] = id;
      current.set(name, state);
      touched.add(name);
    } else if (word !== '') {
      flush();
      commit = word.trim();
    }
  }
  flush();
  return states;
}

interface MainCommit {
  readonly id: string;
  readonly committedAt: Date;
  /** The first one; absent of the first commit of all. */
  readonly parent?: string;
}

/** The commits of the main line that touched servers/, the oldest first. */
async function mainLine(root: string, at: string): Promise<MainCommit[]> {
  const options = ['--first-parent', '--reverse', '--timestamp', '--parents'];
  const lines = await git(root, 'rev-list', ...options, '--end-of-options', at, '--', 'servers');
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [seconds = '', id = '', parent] = line.split(' ');
      return { id, committedAt: new Date(Number(seconds) * 1000), ...(parent !== undefined && { parent }) };
    });
}
