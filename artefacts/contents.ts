/** What is inside the archives that a lock pins, by the kind of package. */
import type { Fault } from '../core/problem.ts';
import { treeDigest } from '../core/tree.ts';
import type { LockedPackage, LockedWheel } from '../schemas/types.ts';
import { readTarball, type PackageFile } from './archives/tarball.ts';
import { readZip } from './archives/zip.ts';
import { npmDifferences } from './npm/contents.ts';
import { labelOf, type Part, type PinnedPackage } from './part.ts';
import { wheelDifferences } from './pypi/contents.ts';

/** The files of a package, from its bytes. @throws Refusal E_ARCHIVE, E_TOO_LARGE */
export const unpack = async (pinned: PinnedPackage, bytes: Uint8Array): Promise<readonly PackageFile[]> => {
  switch (pinned.type) {
    case 'npm':
      return readTarball(bytes, labelOf(pinned));
    case 'pypi':
      return readZip(bytes, pinned.file ?? labelOf(pinned));
    default:
      return pinned.type satisfies never;
  }
};

/**
 * Everything that a lock says about a part and its files contradict, the digest of the tree aside.
 * @throws Refusal E_ARCHIVE where its metadata cannot be read
 */
export function differences(part: Part, files: readonly PackageFile[]): Fault[] {
  switch (part.type) {
    case 'npm':
      return npmDifferences(labelOf(part), part.entry as LockedPackage, files);
    case 'pypi':
      return wheelDifferences(part, part.entry as LockedWheel, files);
    default:
      return part.type satisfies never;
  }
}

/** The digest of the files, if it is not the one in the lock. */
export function otherTree(part: Part, files: readonly PackageFile[]): string | undefined {
  const actual = treeDigest(files);
  return actual === part.tree ? undefined : actual;
}
