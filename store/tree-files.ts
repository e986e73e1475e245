/** Reading an installed tree: path, mode and digest of every file. */
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { sha256 } from '../core/digest.ts';
import type { TreeEntry } from '../core/tree.ts';

/** What was found below a root. */
export interface FoundFiles {
  /** Regular files; their paths are relative to the root. */
  readonly files: readonly TreeEntry[];
  /** Paths of everything that is neither a regular file nor a folder. */
  readonly others: readonly string[];
}

/** Reads all that is below a root. Links are found, and never followed. */
export function readTree(root: string): FoundFiles {
  const files: TreeEntry[] = [];
  const others: string[] = [];
  const reader = new FileReader(root);
  const collect = (folder: string): void => {
    for (const entry of readdirSync(`${root}/${folder}`, { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) collect(path);
      else if (entry.isFile()) files.push(reader.read(path));
      else others.push(path);
    }
  };
  collect('');
  return { files, others };
}

/** Reads thousands of small files into one buffer, each with one call for its mode and one for its content. */
class FileReader {
  readonly #root: string;
  #buffer = Buffer.allocUnsafeSlow(1024 * 1024);

  constructor(root: string) {
    this.#root = root;
  }

  read(path: string): TreeEntry {
    const file = openSync(`${this.#root}/${path}`, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    try {
      const { mode, size } = fstatSync(file);
      if (size >= this.#buffer.byteLength) this.#buffer = Buffer.allocUnsafeSlow(2 * size);
      // One byte more than there should be: a file that grows meanwhile is another one. Less than asked for is its end.
      const length = readSync(file, this.#buffer, 0, size + 1, 0);
      return { path, executable: (mode & 0o111) !== 0, sha256: sha256(this.#buffer.subarray(0, length)) };
    } finally {
      closeSync(file);
    }
  }
}
