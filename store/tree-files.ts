/** Reading an installed tree: path, mode and digest of every file. */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, lstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { sha256 } from '../core/digest.ts';
import { maxUnpackedBytes } from '../core/limits.ts';
import { howShared, notPrivate } from '../core/private.ts';
import { Refusal } from '../core/refusal.ts';
import { openFlags } from '../core/regular-file.ts';
import type { TreeEntry } from '../core/tree.ts';

/** Everything that was found below a root. */
export interface FoundFiles {
  /** Regular files; their paths are relative to the root. */
  readonly files: readonly TreeEntry[];
  /** Paths of everything that is neither a regular file nor a folder. */
  readonly others: readonly string[];
}

/**
 * Reads everything below a root. Links are reported and never followed.
 * @throws Refusal E_STORE if another account could change a file or a folder, E_TREE if a file is too large
 */
export function readTree(root: string): FoundFiles {
  const files: TreeEntry[] = [];
  const others: string[] = [];
  const reader = new FileReader(root);
  const collect = (folder: string): void => {
    const place = folder === '' ? root : `${root}/${folder}`;
    const why = howShared(lstatSync(place));
    if (why !== undefined) throw notPrivate(place, why, root);
    for (const entry of readdirSync(place, { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) collect(path);
      else if (entry.isFile()) files.push(reader.read(path));
      else others.push(path);
    }
  };
  collect('');
  return { files, others };
}

/** What is read at once: most files whole, and larger ones in pieces that the processor keeps close. */
const pieceBytes = 1024 * 1024;

/** Reads thousands of small files into one buffer, each with one call for its rights and one for its content. */
class FileReader {
  readonly #root: string;
  readonly #buffer = Buffer.allocUnsafeSlow(pieceBytes);

  constructor(root: string) {
    this.#root = root;
  }

  read(path: string): TreeEntry {
    const place = `${this.#root}/${path}`;
    const file = openSync(place, openFlags);
    try {
      const found = fstatSync(file);
      const { mode, size } = found;
      const why = howShared(found);
      if (why !== undefined) throw notPrivate(place, why, this.#root);
      if (!found.isFile() || size > maxUnpackedBytes)
        throw new Refusal(
          'E_TREE',
          `${place} is no regular file of at most ${maxUnpackedBytes} bytes`,
          'run `countersign uninstall` for this server, then install it again',
        );
      const digest = size < pieceBytes ? this.#digestAtOnce(file, size) : this.#digestInPieces(file, size);
      return { path, executable: (mode & 0o111) !== 0, sha256: digest };
    } finally {
      closeSync(file);
    }
  }

  /** Asks for one byte more than the file should have, to notice a file that grows meanwhile. A short read is its end. */
  #digestAtOnce(file: number, size: number): string {
    return sha256(this.#buffer.subarray(0, readSync(file, this.#buffer, 0, size + 1, 0)));
  }

  /** Ends behind the size that the file should have: one that grows meanwhile has another digest, and is not read on. */
  #digestInPieces(file: number, size: number): string {
    const digest = createHash('sha256');
    for (let read = -1, length = 0; read !== 0 && length <= size; length += read) {
      read = readSync(file, this.#buffer, 0, pieceBytes, null);
      digest.update(this.#buffer.subarray(0, read));
    }
    return digest.digest('hex');
  }
}
