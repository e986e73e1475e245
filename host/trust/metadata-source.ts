/** Where the repository metadata comes from: first the cache, then the registry, if it may be asked. */
import { isAbsence, isSilence } from '../../core/address.ts';
import { Failure } from '../../core/failure.ts';
import { maxRootBytes, maxTimestampBytes } from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';
import type { CachedTimestamp, MetadataFiles } from './metadata-files.ts';

/** Fetches a file by its name, of at most `maxBytes`. */
export type FetchMetadata = (name: string, maxBytes: number) => Promise<Uint8Array>;

export class MetadataSource {
  readonly #files: MetadataFiles;
  readonly #now: Date;
  readonly #fetch: FetchMetadata | undefined;
  readonly #new = new Map<string, Uint8Array>();

  /** Without `fetch`, only the cache is read. */
  constructor(files: MetadataFiles, now: Date, fetch?: FetchMetadata) {
    this.#files = files;
    this.#now = now;
    this.#fetch = fetch;
  }

  /**
   * Opens a file whose name contains its version. If the cached file is refused, it is fetched again: the disk may have
   * damaged it, and the registry still has it.
   * @throws what `open` and fetching throw; Failure `not-cached` if it is not cached and the registry may not be asked
   */
  async open<T>(name: string, maxBytes: number, open: (bytes: Uint8Array) => T): Promise<T> {
    const cached = this.#new.get(name) ?? (await this.#files.read(name));
    let refusal: Refusal | undefined;
    if (cached !== undefined) {
      try {
        return open(cached);
      } catch (error) {
        if (!(error instanceof Refusal) || this.#fetch === undefined) throw error;
        refusal = error;
      }
    }
    if (this.#fetch === undefined) throw notCached(name);
    const bytes = await this.#fetch(name, maxBytes).catch((error: unknown) => {
      throw isSilence(error) ? (refusal ?? error) : error;
    });
    const opened = open(bytes);
    this.#new.set(name, bytes);
    return opened;
  }

  /** Opens the root of that version; undefined if it does not exist (TUF 5.3.3). */
  async openRoot<T>(version: number, open: (bytes: Uint8Array) => T): Promise<T | undefined> {
    try {
      return await this.open(`${version}.root.json`, maxRootBytes, open);
    } catch (error) {
      if (isAbsence(error) || (error instanceof Failure && error.code === notCachedCode)) return undefined;
      throw error;
    }
  }

  /** The timestamp is the only file whose published name has no version. `scope` stands for the keys that sign it. */
  async timestamp(scope: string): Promise<CachedTimestamp> {
    if (this.#fetch !== undefined)
      return { bytes: await this.#fetch('timestamp.json', maxTimestampBytes), at: this.#now };
    const cached = await this.#files.newestTimestamp(scope);
    if (cached === undefined) throw notCached('timestamp.json');
    return cached;
  }

  /** Writes the files to the cache that were fetched and opened since the last call. */
  async cacheOpened(): Promise<void> {
    for (const [name, bytes] of this.#new) await this.#files.keep(name, bytes);
    this.#new.clear();
  }
}

const notCachedCode = 'not-cached';

const notCached = (name: string): Failure =>
  new Failure(notCachedCode, `${name} is not cached on this machine`, 'reach the registry once');
