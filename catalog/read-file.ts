/**
 * Reads a file of a repository that may have been written by anybody. It must be a plain file of bounded size, not a
 * link. It is read synchronously, which is much faster for small files.
 */
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../core/failure.ts';
import type { Problem } from '../core/problem.ts';

/** Files of a registry that lie somewhere else than in a folder. */
export interface FileSource {
  /** The names in a folder; none where there is no such folder. */
  list(folder: string): readonly string[];
  /** The bytes of a file; nothing where it is not there. */
  read(file: string): Buffer | 'no-plain-file' | undefined;
}

/** The bytes, one more than `maxBytes` at most; or that it is no plain file. @throws where it is not there */
export function readPlainFile(root: string | FileSource, file: string, maxBytes: number): Buffer | Problem {
  if (typeof root !== 'string') {
    const found = root.read(file);
    if (found === undefined) throw Object.assign(new Error(`there is no ${file}`), { code: 'ENOENT' });
    return found === 'no-plain-file' ? noPlainFile(file) : found.subarray(0, maxBytes + 1);
  }
  const path = join(root, file);
  if (!lstatSync(path).isFile()) return noPlainFile(file);
  let descriptor: number;
  try {
    // Windows has no such flag, and needs rights for links.
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  } catch (error) {
    if (systemCode(error) === 'ELOOP') return noPlainFile(file);
    throw error;
  }
  try {
    const { size } = fstatSync(descriptor);
    const buffer = Buffer.alloc(Math.min(size, maxBytes) + 1);
    let length = 0;
    while (length < buffer.length) {
      const bytesRead = readSync(descriptor, buffer, length, buffer.length - length, null);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return buffer.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}

const noPlainFile = (file: string): Problem => ({
  code: 'no-plain-file',
  file,
  message: 'this is a link or a folder, not a file',
  remedy: 'put the file itself there',
});
