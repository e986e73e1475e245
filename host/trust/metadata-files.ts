/**
 * The repository metadata that this host caches. Every name holds its file's version, so that files are only added:
 * processes need no lock, and one that is killed leaves what was there before. The timestamp of the highest version
 * says what is current; it is written last. Its name says whose it is, too: versions start again under other keys.
 */
import { readdir, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../core/failure.ts';
import { maxBinBytes, maxRootBytes, maxSnapshotBytes, maxTargetsBytes, maxTimestampBytes } from '../../core/limits.ts';
import { readPrivateFile } from '../../core/regular-file.ts';
import { cacheFile } from './cache-file.ts';

/** The newest timestamp, and when the registry said that it is. */
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

  /** `name` is the file's as it is published, with its version. */
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
    return (await this.#list()).some((name) => timestampName.test(name));
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
      // Another process has cached a newer one by now.
      if (systemCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  async cacheTimestamp(scope: string, version: number, { bytes, at }: CachedTimestamp): Promise<void> {
    const name = nameOf(scope, version);
    await this.keep(name, bytes);
    await utimes(join(this.#folder, name), at, at);
    // The one before stays for processes that have just read it.
    for (const older of (await this.#timestamps(scope)).filter((each) => each < version).slice(1))
      await rm(join(this.#folder, nameOf(scope, older)), { recursive: true, force: true });
  }

  /** Deletes all metadata that is not named here, but for timestamps. What another process is writing is none yet. */
  async prune(used: ReadonlySet<string>): Promise<void> {
    for (const name of await this.#list())
      if (metadataName.test(name) && !timestampName.test(name) && !used.has(name))
        await rm(join(this.#folder, name), { recursive: true, force: true });
  }

  /** The versions of the timestamps, the highest first. */
  async #timestamps(scope: string): Promise<number[]> {
    return (await this.#list())
      .map((name) => timestampName.exec(name)?.groups)
      .flatMap((groups) => (groups?.scope === scope ? [Number(groups.version)] : []))
      .sort((a, b) => b - a);
  }

  async #list(): Promise<string[]> {
    try {
      return await readdir(this.#folder);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return [];
      throw error;
    }
  }
}
