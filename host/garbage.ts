import { BlobStore } from '../store/blob-store.ts';
import { sha512OfIntegrity } from '../core/digest.ts';
import { partsOf } from '../artefacts/kinds.ts';
import { Refusal } from '../core/refusal.ts';
import type { Home } from './home.ts';
import { installedLocks } from './installed-locks.ts';
import type { Servers } from './servers.ts';
import { sweepStaging } from '../store/staging.ts';
import { NotCarried } from './trust/not-carried.ts';

/** What was deleted. */
export interface Garbage {
  /** Installed versions that may no longer run, as name@version. */
  readonly servers: string[];
  readonly blobs: number;
  readonly bytes: number;
}

/**
 * Deletes this registry's installed files that are no longer needed, and packages that no server of any registry uses.
 */
export async function collectGarbage(servers: Servers, home: Home): Promise<Garbage> {
  // If the registry is refused, this throws before anything is deleted.
  await servers.registry.state();
  const removed: string[] = [];
  for (const { name, version } of await servers.installed()) {
    if (await mayRun(servers, name, version)) continue;
    await servers.uninstall(name, version);
    removed.push(`${name}@${version}`);
  }
  await sweepStaging(home.staging);
  const needed = await neededBlobs(home);
  const store = new BlobStore(home.blobs);
  const unused = (await store.list()).filter((blob) => !needed.has(blob));
  let bytes = 0;
  for (const blob of unused) bytes += await store.remove(blob);
  return { servers: removed, blobs: unused.length, bytes };
}

/** Refusals after which a version never runs again. */
const gone: ReadonlySet<string> = new Set(['E_REVOKED', 'E_NOT_APPROVED', 'E_SUNSET']);

async function mayRun(servers: Servers, name: string, version: string): Promise<boolean> {
  try {
    return await servers.isInstalled(await servers.registry.server(name, version));
  } catch (error) {
    // Any other refusal is about the registry, or this copy of it. It does not say that this server will never run again.
    if (error instanceof Refusal && gone.has(error.code)) return false;
    if (error instanceof Refusal || error instanceof NotCarried) return true;
    throw error;
  }
}

/** The packages in the lock of every installed folder. Without its lock they are fetched again if they are needed. */
async function neededBlobs(home: Home): Promise<ReadonlySet<string>> {
  const locks = await installedLocks(home);
  return new Set(locks.flatMap(({ lock }) => partsOf(lock).map(({ integrity }) => sha512OfIntegrity(integrity))));
}
