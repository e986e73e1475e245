import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { asDiskFailure } from '../../core/disk.ts';

/** Writes a file that this account alone can read: whole and on the disk, or not at all. */
export async function cacheFile(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const { writeFileAtomic } = await import('../on-demand.ts');
    await writeFileAtomic(path, Buffer.from(bytes), { mode: 0o600 });
  } catch (error) {
    throw asDiskFailure(error, path);
  }
}
