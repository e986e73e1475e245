/**
 * What earlier runs found out about the files of a working tree. A file is known by the id that git has of it, and only
 * while git sees no change in it: then it is not even opened. What is known is a cache: it is safe to lose.
 */
import { lockPath, manifestPath } from '../core/statement.ts';
import { FileIndex, type FilePair, type SoundServer } from './file-index.ts';
import { git } from '../core/git.ts';
import { isTracked } from './git.ts';
import type { LockOutline } from './lock-outline.ts';
import type { Manifest } from '../schemas/types.ts';

/** A server that was read and checked just now. */
export interface CheckedServer {
  readonly name: string;
  readonly manifest: Manifest;
  readonly manifestDigest: string;
  readonly lock?: { readonly outline: LockOutline };
}

export class KnownFiles {
  readonly #index: FileIndex;
  readonly #ids: ReadonlyMap<string, string>;

  /** `ids` are those of unchanged files, by path. */
  constructor(index: FileIndex, ids: ReadonlyMap<string, string>) {
    this.#index = index;
    this.#ids = ids;
  }

  /** The ids of a server's files; undefined where git has another file, or none. */
  pair(name: string, hasLockFile: boolean): FilePair | undefined {
    const manifest = this.#ids.get(manifestPath(name));
    const lock = hasLockFile ? this.#ids.get(lockPath(name)) : undefined;
    if (manifest === undefined || (hasLockFile && lock === undefined)) return undefined;
    return { name, manifest, ...(lock !== undefined && { lock }) };
  }

  /** A server in which no rule found a problem. */
  sound(name: string, hasLockFile: boolean): SoundServer | undefined {
    const pair = this.pair(name, hasLockFile);
    return pair === undefined ? undefined : this.#index.sound(pair);
  }

  /** Remembers a server in which no rule found a problem. */
  addSound({ name, manifest, manifestDigest, lock }: CheckedServer, pair: FilePair): void {
    this.#index.addManifestFacts(name, pair.manifest, { sha256: manifestDigest, manifest });
    if (pair.lock !== undefined && lock !== undefined) this.#index.addLockOutline(pair.lock, lock.outline);
    this.#index.addSound(pair);
  }

  /** Whether nothing in a manifest looks like a credential. False where nobody looked. */
  isClean(name: string): boolean {
    const id = this.#ids.get(manifestPath(name));
    return id !== undefined && this.#index.isClean(name, id);
  }

  addClean(name: string): void {
    const id = this.#ids.get(manifestPath(name));
    if (id !== undefined) this.#index.addClean(name, id);
  }
}

/** With nothing known. */
export const nothingKnown = (): KnownFiles => new KnownFiles(new FileIndex(''), new Map());

/** Of the files in servers/ that git tracks and sees no change in, the id of each. Empty outside git. */
export async function unchangedFiles(root: string): Promise<ReadonlyMap<string, string>> {
  if (!(await isTracked(root))) return new Map();
  const [tracked, changed] = await Promise.all([
    git(root, 'ls-files', '--stage', '-v', '-z', '--', 'servers'),
    git(root, 'diff-files', '--name-only', '--relative', '-z', '--', 'servers'),
  ]);
  const ids = new Map<string, string>();
  for (const line of tracked.split('\0')) {
    const { id, path } = unchangedFile.exec(line)?.groups ?? {};
    if (id !== undefined && path !== undefined) ids.set(path, id);
  }
  for (const path of changed.split('\0')) ids.delete(path);
  return ids;
}

/** A plain file that is in no conflict. `H`: git was not told to look away from it. */
const unchangedFile = /^H 100(?:644|755) (?<id>[0-9a-f]+) 0\t(?<path>.+)$/su;
