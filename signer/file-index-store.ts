/** Where the index of files lies: beside the approvals, which only the signer writes. */
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { FileIndex } from '../catalog/file-index.ts';
import type { Workspace } from '../catalog/workspace.ts';
import { asDiskFailure } from '../core/disk.ts';
import { systemCode } from '../core/failure.ts';

const pathOf = ({ folder }: Workspace): string => join(folder, 'index', 'files.json');

export async function readFileIndex(workspace: Workspace, program: string): Promise<FileIndex> {
  const bytes = await readFile(pathOf(workspace)).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  return FileIndex.from(bytes, program);
}

/** Stores what is known now, for the next run. */
export async function writeFileIndex(workspace: Workspace, index: FileIndex): Promise<void> {
  if (!index.changed) return;
  const path = pathOf(workspace);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFileAtomic(path, Buffer.from(index.toBytes()));
  } catch (error) {
    throw asDiskFailure(error, path);
  }
}
