/** Reads a file on this machine that may have been replaced by anything: a link, a pipe, a folder, a huge file. */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { systemCode } from './failure.ts';
import { howShared, notPrivate } from './private.ts';
import { Refusal, type RefusalCode } from './refusal.ts';

/** Opening does not follow a link and does not wait for the writer of a pipe. Windows does not have these flags. */
export const openFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const followFlags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** What is refused as what. */
export interface Terms {
  /** Where anything but a regular file is refused. */
  readonly code: RefusalCode;
  readonly remedy: string;
  /** Whether links are followed. */
  readonly follow: boolean;
}

const cached: Terms = { code: 'E_STORE', remedy: 'delete it: it is fetched again', follow: false };

export interface ReadFile {
  readonly bytes: Buffer;
  readonly found: Stats;
}

/**
 * Reads a regular file of at most `maxBytes`. The returned facts and bytes are of the same file, because both come from
 * one handle.
 * @throws Refusal E_STORE, E_TOO_LARGE; ENOENT if the file does not exist
 */
export function readRegularFile(path: string, maxBytes: number, terms = cached): ReadFile {
  const file = openRegular(path, terms);
  try {
    const found = fstatSync(file);
    if (!found.isFile()) throw notRegular(path, terms);
    if (found.size > maxBytes)
      throw new Refusal('E_TOO_LARGE', `${path} has ${found.size} bytes, more than ${maxBytes}`, terms.remedy);
    // One byte more than there should be: a file that grows meanwhile is another one, and is found out by its digest.
    const buffer = Buffer.allocUnsafe(found.size + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < buffer.byteLength; length += read)
      read = readSync(file, buffer, length, buffer.byteLength - length, null);
    return { bytes: buffer.subarray(0, length), found };
  } finally {
    closeSync(file);
  }
}

/** The same for a file that only this account can change. @throws Refusal E_STORE, E_TOO_LARGE; ENOENT */
export function readPrivateFile(path: string, maxBytes: number): ReadFile {
  const read = readRegularFile(path, maxBytes);
  const why = howShared(read.found);
  if (why !== undefined) throw notPrivate(path, why, path);
  return read;
}

/** A link, a socket, or on Windows a folder, does not even open. */
function openRegular(path: string, terms: Terms): number {
  try {
    return openSync(path, terms.follow ? followFlags : openFlags);
  } catch (cause) {
    if (['ELOOP', 'EMLINK', 'ENXIO', 'EISDIR'].includes(systemCode(cause) ?? ''))
      throw notRegular(path, terms, { cause });
    throw cause;
  }
}

const notRegular = (path: string, { code, remedy }: Terms, options?: ErrorOptions): Refusal =>
  new Refusal(code, `${path} is no regular file`, remedy, options);
