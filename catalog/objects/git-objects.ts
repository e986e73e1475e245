/**
 * The content of a repository by id. The source is not trusted: every object is checked against its id before it is
 * used.
 */
import { maxBlobBytes } from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';
import { parseCommit, type Commit } from './commit.ts';
import { proveId } from './object-id.ts';
import { parseTree, type Tree } from './tree.ts';

declare const proved: unique symbol;

/** A commit whose id was computed again. Only `openCommit` makes one. */
export type ProvedCommit = Commit & { readonly [proved]: true };
/** A tree whose id was computed again. Only `openTree` makes one. */
export type ProvedTree = Tree & { readonly [proved]: true };
/** A file's bytes whose id was computed again. Only `openBlob` makes one. */
export type ProvedBlob = Buffer & { readonly [proved]: true };

/**
 * Where objects come from: a clone, or a forge. Several may be asked for at one time.
 * @throws Refusal E_OBJECT, E_FORMAT, E_TOO_LARGE; Failure where nothing answers, or there is no such object
 */
export interface GitObjects {
  commit(id: string): Promise<ProvedCommit>;
  tree(id: string): Promise<ProvedTree>;
  blob(id: string): Promise<ProvedBlob>;
}

/** @throws Refusal E_OBJECT, E_FORMAT, E_TOO_LARGE */
export function openCommit(id: string, bytes: Buffer): ProvedCommit {
  proveId(id, 'commit', bytes);
  return parseCommit(bytes, id) as ProvedCommit;
}

/** @throws Refusal E_OBJECT, E_FORMAT, E_TOO_LARGE */
export function openTree(id: string, bytes: Buffer): ProvedTree {
  proveId(id, 'tree', bytes);
  return parseTree(bytes, id) as ProvedTree;
}

/** @throws Refusal E_OBJECT, E_TOO_LARGE */
export function openBlob(id: string, bytes: Buffer): ProvedBlob {
  if (bytes.byteLength > maxBlobBytes) throw tooLarge('blob', id, bytes.byteLength, maxBlobBytes);
  proveId(id, 'blob', bytes);
  return bytes as ProvedBlob;
}

/** For sources that know the size before they read. */
export const tooLarge = (kind: string, id: string, bytes: number, maxBytes: number): Refusal =>
  new Refusal(
    'E_TOO_LARGE',
    `the ${kind} ${id} has ${bytes} bytes, more than ${maxBytes}`,
    `find it with \`git ls-tree -r -l HEAD\`, and take it out of the repository`,
  );
