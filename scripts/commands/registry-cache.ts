/** What earlier runs found out about the files of a registry: it is kept in the workspace, and safe to lose. */
import { Failure } from '../../core/failure.ts';
import { maxIndexBytes } from '../../core/limits.ts';
import { KnownFiles, unchangedFiles } from '../../catalog/known-files.ts';
import type { PackageIdentity } from '../../catalog/lock-outline.ts';
import { CountedPackages } from '../../catalog/packages-at.ts';
import { workspaceOf } from '../../catalog/workspace.ts';
import { readFileIndex, writeFileIndex } from '../../signer/file-index-store.ts';
import { folderState } from '../../signer/state/folder.ts';
import { programDigest } from '../version.ts';

export interface RegistryCache {
  readonly known: KnownFiles;
  /** The packages of all locks at a commit. */
  readonly packagesAt: (commit: string) => Promise<readonly PackageIdentity[]>;
  /** Keeps what is known now, for the next run. */
  readonly save: () => Promise<void>;
}

const packagesFile = 'index/packages.jsonl';

export async function openCache(root: string): Promise<RegistryCache> {
  const state = folderState(workspaceOf(root, 'development').cache);
  const index = await readFileIndex(state, { program: programDigest() });
  return {
    known: new KnownFiles(index, await unchangedFiles(root)),
    packagesAt: async (commit) => {
      const stored = await state.read(packagesFile, maxIndexBytes);
      const counted = CountedPackages.from(stored?.bytes);
      await counted.moveTo(root, commit);
      if (counted.changed) await unlessDiskRefuses(state.replace(packagesFile, counted.toBytes(), stored?.version));
      return counted.all;
    },
    save: () => unlessDiskRefuses(writeFileIndex(state, index)),
  };
}

/** A disk that cannot be written makes the next run slower, and nothing wrong. */
async function unlessDiskRefuses(writing: Promise<unknown>): Promise<void> {
  try {
    await writing;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
}
