/**
 * Git's ids: the hash over an object's kind, its size and its bytes, SHA-1 or SHA-256 by the repository.
 *
 * SHA-1 is broken for collisions: a person who prepares both objects can make two files, or two commits, with one id.
 * It is not broken for second preimages: nobody can make another object for the id of an object that somebody else
 * made. One attack remains in a SHA-1 repository: a contributor makes such a pair, has one object of it reviewed, and
 * also controls what answers the signer (the forge itself, or the clone), so that it returns the other object. Git and
 * the large forges refuse objects that show the known ways to collide; this code does not look for them. For files the
 * attack is even harder, because each object of a pair contains some hundred random bytes, and manifests and locks are
 * text that is read strictly. A signed statement names files by the SHA-256 of their exact bytes, so the other object
 * is useless after signing. A SHA-256 repository does not have the problem.
 */
import { createHash } from 'node:crypto';
import { Refusal } from '../../core/refusal.ts';

export type ObjectKind = 'blob' | 'tree' | 'commit';

/** Which hash makes a repository's ids. */
export type ObjectHash = 'sha1' | 'sha256';

const forms: ReadonlyMap<number, ObjectHash> = new Map([
  [40, 'sha1'],
  [64, 'sha256'],
]);

/** Whether a text is a whole id, of either hash: no name, and no part of an id. */
export const isObjectId = (text: string): boolean => forms.has(text.length) && /^[0-9a-f]+$/u.test(text);

/** Which hash an id was made with, by its length. @throws Refusal E_OBJECT where it is no id */
export function hashOf(id: string): ObjectHash {
  const form = isObjectId(id) ? forms.get(id.length) : undefined;
  if (form !== undefined) return form;
  throw new Refusal(
    'E_OBJECT',
    `${JSON.stringify(id.slice(0, 80))} is no id of a git object`,
    'name the whole id, 40 or 64 hexadecimal digits: `git rev-parse HEAD`',
  );
}

/** The id of an object, in lower-case hexadecimal. */
export const objectId = (kind: ObjectKind, bytes: Uint8Array, hash: ObjectHash): string =>
  createHash(hash).update(`${kind} ${bytes.byteLength}\0`).update(bytes).digest('hex');

/** @throws Refusal E_OBJECT where these bytes are not the object of that id */
export function proveId(id: string, kind: ObjectKind, bytes: Uint8Array): void {
  const found = objectId(kind, bytes, hashOf(id));
  if (found === id) return;
  throw new Refusal(
    'E_OBJECT',
    `the ${kind} ${id} came with bytes whose id is ${found}`,
    'do not sign it: what answered changed the content, or is damaged; run `git fsck` in a clone, and compare with another one',
  );
}
