/** Which versions of which servers the main line of git's history ever held, each in its last state. */
import { sha256 } from '../core/digest.ts';
import { Failure } from '../core/failure.ts';
import { readManifest } from '../core/manifest.ts';
import { scriptOf } from '../core/launch.ts';
import { checkLock } from '../core/lock-check.ts';
import { disagreements, parseLock } from '../core/lock.ts';
import { Refusal } from '../core/refusal.ts';
import { manifestPath } from '../core/statement.ts';
import type { Lock, Manifest } from '../schemas/types.ts';
import { git, readObjects } from './git.ts';

/** A server's two files as some commit left them. */
export interface PastState {
  readonly name: string;
  readonly commit: string;
  /** When that commit was made: of a merge, when it was merged. */
  readonly committedAt: Date;
  readonly manifestBytes: Uint8Array;
  readonly lockBytes: Uint8Array;
  readonly manifestDigest: string;
  readonly lockDigest: string;
  /** Absent where today's schema rejects it. */
  readonly manifest?: Manifest;
  readonly lock?: Lock;
  /** Whether both pass every rule of today, so that it may be signed still. */
  readonly sound: boolean;
}

/** By server name, the oldest first. */
export type History = ReadonlyMap<string, readonly PastState[]>;

const nullId = /^0+$/u;
const serverFile = /^servers\/(?<name>[^/]+?)\.(?<kind>yaml|lock\.json)$/u;

/** @throws Failure `shallow-clone`, `git` */
export async function readHistory(root: string): Promise<History> {
  if ((await git(root, 'rev-parse', '--is-shallow-repository')).trim() === 'true')
    throw new Failure(
      'shallow-clone',
      'this clone does not have the whole history, which says what was approved before',
      'run `git fetch --unshallow`',
    );
  const states = await changedStates(root);
  const blobs = await readObjects(root, [...new Set(states.flatMap(({ manifest, lock }) => [manifest, lock]))]);
  const bytesOf = (id: string): Buffer => blobs.get(id) ?? Buffer.alloc(0);
  const past = states.map((state) => pastState(state, bytesOf(state.manifest), bytesOf(state.lock)));
  return Map.groupBy(past, ({ name }) => name);
}

interface ChangedState {
  readonly name: string;
  readonly commit: string;
  readonly committedAt: Date;
  /** Object ids. */
  readonly manifest: string;
  readonly lock: string;
}

/** Every state that has a manifest and a lock, in the order of first-parent history. */
async function changedStates(root: string): Promise<ChangedState[]> {
  const log = await git(
    root,
    ...[
      'log',
      '--first-parent',
      '--reverse',
      '--diff-merges=first-parent',
      '--raw',
      '--no-renames',
      '--no-abbrev',
      '--relative',
      '-z',
    ],
    ...['--format=commit %H %ct', '--', 'servers'],
  );
  const current = new Map<string, { manifest?: string; lock?: string }>();
  const states: ChangedState[] = [];
  let commit = '';
  let committedAt = new Date(0);
  let touched = new Set<string>();
  const flush = (): void => {
    for (const name of touched) {
      const { manifest, lock } = current.get(name) ?? {};
      if (manifest !== undefined && lock !== undefined) states.push({ name, commit, committedAt, manifest, lock });
    }
    touched = new Set();
  };
  const words = log.split('\0');
  for (let index = 0; index < words.length; index++) {
    const word = (words[index] ?? '').replace(/^\n/u, '');
    if (word.startsWith('commit ')) {
      flush();
      const [, id = '', seconds = ''] = word.trim().split(' ');
      commit = id;
      committedAt = new Date(Number(seconds) * 1000);
    } else if (word.startsWith(':')) {
      const [, , , id = ''] = word.split(' ');
      const { name, kind } = serverFile.exec(words[++index] ?? '')?.groups ?? {};
      if (name === undefined) continue;
      const state = current.get(name) ?? {};
      const field = kind === 'yaml' ? 'manifest' : 'lock';
      if (nullId.test(id)) delete state[field];
      else state[field] = id;
      current.set(name, state);
      touched.add(name);
    }
  }
  flush();
  return states;
}

function pastState({ name, commit, committedAt }: ChangedState, manifestBytes: Buffer, lockBytes: Buffer): PastState {
  const read = readManifest(manifestPath(name), manifestBytes);
  const manifest = read.ok ? read.document.value : undefined;
  const lock = readPastLock(lockBytes);
  return {
    name,
    commit,
    committedAt,
    manifestBytes,
    lockBytes,
    manifestDigest: sha256(manifestBytes),
    lockDigest: sha256(lockBytes),
    ...(manifest !== undefined && { manifest }),
    ...(lock !== undefined && { lock }),
    sound: manifest !== undefined && lock !== undefined && isSound(manifest, lock),
  };
}

/** A mistake that was merged and mended later is still in history. */
function isSound(manifest: Manifest, lock: Lock): boolean {
  const { artefact } = manifest;
  if (artefact === undefined || checkLock(lock).length > 0) return false;
  return disagreements(lock, manifest, artefact).length === 0 && typeof scriptOf(manifest, lock) === 'string';
}

function readPastLock(bytes: Buffer): Lock | undefined {
  try {
    return parseLock(bytes, 'a past lock');
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
