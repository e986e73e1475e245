import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseLock } from '../artefacts/lock.ts';
import { sha256 } from '../core/digest.ts';
import { systemCode } from '../core/failure.ts';
import { maxLockBytes } from '../core/limits.ts';
import { Refusal } from '../core/refusal.ts';
import { readPrivateFile } from '../core/regular-file.ts';
import type { Lock } from '../schemas/types.ts';
import type { Home } from './home.ts';

export interface InstalledLock {
  readonly registry: string;
  readonly name: string;
  /** The folder of the version. */
  readonly version: string;
  readonly lock: Lock;
}

/** The lock of every installed folder, of all registries. A missing or changed lock is left out. */
export async function installedLocks({ installed, registries }: Home): Promise<InstalledLock[]> {
  const found: InstalledLock[] = [];
  for (const registry of await readdir(installed).catch(() => []))
    for (const name of await readdir(join(installed, registry)).catch(() => []))
      for (const version of await readdir(join(installed, registry, name)).catch(() => []))
        for (const folder of await readdir(join(installed, registry, name, version)).catch(() => [])) {
          // Its name begins with the digest of its lock.
          const digest = folder.slice(0, 64);
          const file = join(registries, registry, 'files', digest);
          const lock = readLock(file);
          if (lock !== undefined && sha256(lock) === digest)
            found.push({ registry, name, version, lock: parseLock(lock, file) });
        }
  return found;
}

function readLock(file: string): Uint8Array | undefined {
  try {
    return readPrivateFile(file, maxLockBytes).bytes;
  } catch (error) {
    if (error instanceof Refusal || systemCode(error) !== undefined) return undefined;
    throw error;
  }
}
