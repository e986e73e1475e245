/** What is inside the archives that a lock pins, by the kind of package. */
import { sha256 } from '../core/digest.ts';
import type { Fault } from '../core/problem.ts';
import { treeDigest } from '../core/tree.ts';
import type { LockedArchive, LockedPackage, LockedWheel } from '../schemas/types.ts';
import { readTarball, readTreeTarball, type PackageFile } from './archives/tarball.ts';
import { readZip } from './archives/zip.ts';
import { readFileList } from './git/file-list.ts';
import { npmDifferences } from './npm/contents.ts';
import { labelOf, type Part, type PinnedPackage } from './part.ts';
import { wheelDifferences } from './pypi/contents.ts';
import { wheelFiles } from './pypi/wheel-files.ts';
import { treeDifferences } from './trees/contents.ts';

/** The files of a part, from its bytes. @throws Refusal E_ARCHIVE, E_TOO_LARGE */
export const unpack = async (pinned: PinnedPackage, bytes: Uint8Array): Promise<readonly PackageFile[]> => {
  switch (pinned.type) {
    case 'npm':
      return readTarball(bytes, labelOf(pinned));
    case 'pypi':
      return wheelFiles(bytes, pinned.file ?? labelOf(pinned));
    case 'mcpb':
      return readZip(bytes, labelOf(pinned));
    case 'tarball':
      return readTreeTarball(bytes, labelOf(pinned));
    case 'git':
      return readFileList(bytes, labelOf(pinned));
    default:
      return pinned.type satisfies never;
  }
};

/**
 * Everything that a lock says about a part and its bytes contradict, the digest of the tree aside. `files` are those that
 * they unpack to.
 * @throws Refusal E_ARCHIVE where its metadata cannot be read
 */
export function differences(part: Part, bytes: Uint8Array, files: readonly PackageFile[]): Fault[] {
  switch (part.type) {
    case 'npm':
      return npmDifferences(labelOf(part), part.entry as LockedPackage, files);
    case 'pypi':
      return wheelDifferences(part, part.entry as LockedWheel, bytes, files);
    case 'mcpb':
    case 'tarball':
    case 'git':
      return treeDifferences(part.type, labelOf(part), part.entry as LockedArchive, files);
    default:
      return part.type satisfies never;
  }
}

/** The digest of the files, if it is not the one in the lock. */
export function otherTree(part: Part, files: readonly PackageFile[]): string | undefined {
  const actual = treeDigest(files);
  return actual === part.tree ? undefined : actual;
}

/** The SHA-256 by which a manifest names an artefact: of its file, or of the tree where there is no file. */
export const artefactDigest = ({ type }: Part, bytes: Uint8Array, files: readonly PackageFile[]): string =>
  type === 'git' ? treeDigest(files) : sha256(bytes);
