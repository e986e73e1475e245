import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { asDiskFailure } from '../../core/disk.ts';
import { systemCode } from '../../core/failure.ts';
import { makePrivateFolder } from '../../core/private.ts';

/** Writes a file that only this account can read. The file is either complete and on the disk, or not there. */
export async function cacheFile(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await makePrivateFolder(dirname(path));
    const { writeFileAtomic } = await import('../on-demand.ts');
    await writeFileAtomic(path, Buffer.from(bytes), { mode: 0o600 });
  } catch (error) {
    throw asDiskFailure(error, path);
  }
}

/** The names of what lies in a folder; none where it is not there. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}
