/**
 * The repository metadata that this host caches. Each file's name contains its version, so files are only added, never
 * changed: processes need no lock, and if one is killed, the files from before are still there. The timestamp with the
 * highest version decides what is current, and is written last. Its name also contains the scope of the keys that sign
 * it, because versions may start again at 1 after the keys change.
 */
import { rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../core/failure.ts';
import { maxBinBytes, maxRootBytes, maxSnapshotBytes, maxTargetsBytes, maxTimestampBytes } from '../../core/limits.ts';
import { readPrivateFile } from '../../core/regular-file.ts';
import { cacheFile, namesIn } from './cache-file.ts';

/** The newest timestamp, and when the registry last answered that it is the newest. */
export interface CachedTimestamp {
  readonly bytes: Uint8Array;
  readonly at: Date;
}

/** Each role's own limit is checked where its file is opened. */
const maxMetadataBytes = Math.max(maxRootBytes, maxTargetsBytes, maxSnapshotBytes, maxBinBytes);

const metadataName = /^[1-9][0-9]{0,15}\.[a-z]+(?:-[0-9a-f]{2})?\.json$/u;
const timestampName = /^(?<version>[1-9][0-9]{0,15})\.timestamp-(?<scope>[0-9a-f]{16})\.json$/u;
const nameOf = (scope: string, version: number): string => `${version}.timestamp-${scope}.json`;

export class MetadataFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** `name` is the published name, with the version: `3.snapshot.json`. */
  async read(name: string): Promise<Buffer | undefined> {
    try {
      return readPrivateFile(join(this.#folder, name), maxMetadataBytes).bytes;
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  keep(name: string, bytes: Uint8Array): Promise<void> {
    return cacheFile(join(this.#folder, name), bytes);
  }

  /** Whether the registry was ever reached. */
  async hasTimestamp(): Promise<boolean> {
    return (await namesIn(this.#folder)).some((name) => timestampName.test(name));
  }

  /** `scope` stands for the keys that sign timestamps (`scopeOf`). */
  async newestTimestamp(scope: string): Promise<CachedTimestamp | undefined> {
    const newest = (await this.#timestamps(scope))[0];
    if (newest === undefined) return undefined;
    const path = join(this.#folder, nameOf(scope, newest));
    try {
      const { bytes, found } = readPrivateFile(path, maxTimestampBytes);
      return { bytes, at: found.mtime };
    } catch (error) {
      // Another process cached a newer one in the meantime, and deleted this one.
      if (systemCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  async cacheTimestamp(scope: string, version: number, { bytes, at }: CachedTimestamp): Promise<void> {
    const name = nameOf(scope, version);
    await this.keep(name, bytes);
    await utimes(join(this.#folder, name), at, at);
    // The timestamp before this one stays, for processes that have just listed it.
    for (const older of (await this.#timestamps(scope)).filter((each) => each < version).slice(1))
      await rm(join(this.#folder, nameOf(scope, older)), { recursive: true, force: true });
  }

  /**
   * Deletes all metadata that is not in `used`, except timestamps. Files that are still being written have other names.
   */
  async prune(used: ReadonlySet<string>): Promise<void> {
    for (const name of await namesIn(this.#folder))
      // Cached timestamps have names of another form.
      if (metadataName.test(name) && !used.has(name))
        await rm(join(this.#folder, name), { recursive: true, force: true });
  }

  /** The versions of the timestamps, the highest first. */
  async #timestamps(scope: string): Promise<number[]> {
    return (await namesIn(this.#folder))
      .map((name) => timestampName.exec(name)?.groups)
      .flatMap((groups) => (groups?.scope === scope ? [Number(groups.version)] : []))
      .sort((a, b) => b - a);
  }
}
