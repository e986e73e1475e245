import { sha256 } from './digest.ts';

/** One regular file of a package. */
export interface TreeEntry {
  /** Relative to the package, with forward slashes. */
  readonly path: string;
  /** Whether its mode is 0755; otherwise it is 0644. */
  readonly executable: boolean;
  /** Of its content. */
  readonly sha256: string;
}

/** A package's `tree`: SHA-256 over path, mode and digest of every file, sorted by path in code units. */
export const treeDigest = (entries: readonly TreeEntry[]): string =>
  sha256(
    entries
      .toSorted((a, b) => (a.path < b.path ? -1 : 1))
      .map((entry) => `${entry.path}\0${entry.executable ? '0755' : '0644'}\0${entry.sha256}\n`)
      .join(''),
  );
