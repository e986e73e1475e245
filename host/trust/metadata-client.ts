/**
 * The registry's files as a host sees them: metadata that is heard anew now and then, and files that are fetched once,
 * each under the digest that something verified named. What was fetched is kept; what is kept is checked like what is
 * fetched.
 */
import { join } from 'node:path';
import { isAbsence, isSilence } from '../../core/address.ts';
import { mapConcurrently } from '../../core/concurrency.ts';
import type { Bounds } from '../../core/download.ts';
import { Failure, systemCode } from '../../core/failure.ts';
import { recordFormat, type Format } from '../../core/formats.ts';
import {
  fileDeadlineMs,
  firstContactDeadlineMs,
  maxConcurrentDownloads,
  refreshDeadlineMs,
} from '../../core/limits.ts';
import { binNames, binOf, targetPath } from '../../core/metadata.ts';
import { Refusal } from '../../core/refusal.ts';
import type { TargetFile } from '../../schemas/types.ts';
import { openBin, versionIn, type Chain } from './chain.ts';
import { DigestFiles } from './digest-files.ts';
import {
  checkTime,
  openRegistryState,
  type RegistryState,
  type StateContext,
  type ReadTarget,
} from './registry-state.ts';
import { HighWater, type Mark } from './high-water.ts';
import { MetadataFiles } from './metadata-files.ts';
import { MetadataSource, type FetchMetadata } from './metadata-source.ts';
import type { Trust } from './trust-config.ts';

/** Gives the file at an address. What it throws is what `fetchFile` throws. */
export type FetchFile = (url: string, bounds: Bounds) => Promise<Uint8Array>;

const overHttp: FetchFile = async (url, bounds) => {
  const { fetchFile } = await import('../on-demand.ts');
  return fetchFile(url, bounds);
};

/** What is kept: it opens, or there is a reason why not. */
type Kept = { readonly heard: RegistryState } | { readonly heard?: never; readonly problem: unknown };

export class MetadataClient {
  readonly #trust: Trust;
  readonly #folder: string;
  readonly #now: Date;
  readonly #fetchFile: FetchFile;
  readonly #metadata: MetadataFiles;
  readonly #files: DigestFiles;
  #state: Promise<RegistryState> | undefined;

  /** `folder` is where this registry's files are kept. */
  constructor(trust: Trust, folder: string, now: Date, fetchFile = overHttp) {
    this.#trust = trust;
    this.#folder = folder;
    this.#now = now;
    this.#fetchFile = fetchFile;
    this.#metadata = new MetadataFiles(join(folder, 'metadata'));
    this.#files = new DigestFiles(join(folder, 'files'));
  }

  /** What is kept while that is young enough, else what the registry says; what is kept again where it is silent. */
  state(): Promise<RegistryState> {
    return (this.#state ??= this.#cachedOrFetched());
  }

  /** Asks the registry, however young is what is kept. */
  refresh(): Promise<RegistryState> {
    return (this.#state = this.#cachedOrFetched(true));
  }

  /** Every path that the bins name, sorted. */
  paths(): Promise<string[]> {
    return this.#current(async (heard) => {
      const bins = await mapConcurrently(binNames, maxConcurrentDownloads, (name) => this.#bin(heard, name));
      return bins.flatMap((targets) => [...targets.keys()]).sort();
    });
  }

  /** The exact bytes of a file that a bin names; nothing where none does. */
  named(path: string, format: Format<unknown>): Promise<Uint8Array | undefined> {
    return this.#current(async (heard) => {
      const target = (await this.#bin(heard, binOf(path))).get(path);
      if (target === undefined) return undefined;
      return this.#reader(this.#fetch(fileDeadlineMs))(path, target, format);
    });
  }

  /**
   * The exact bytes of a published file, under the digest that something verified named.
   * @throws Refusal E_DIGEST, and what fetching throws
   */
  file(path: string, digest: string, format: Format<unknown>): Promise<Uint8Array> {
    return this.#files.read(path, digest, format.maxBytes, this.#fetch(fileDeadlineMs));
  }

  async #cachedOrFetched(anew = false): Promise<RegistryState> {
    const kept = await this.#cached();
    if (kept.heard !== undefined && !anew) {
      const age = this.#now.getTime() - kept.heard.at.getTime();
      // A clock that was set back makes what is kept look like the future's: the registry is asked.
      if (age >= 0 && age < this.#trust.refreshAfterMs) return kept.heard;
    }
    try {
      return await this.#fetched(kept.heard?.chain);
    } catch (error) {
      if (!isSilence(error)) throw error;
      if (kept.heard !== undefined) return { ...kept.heard, silence: error };
      throw kept.problem instanceof Refusal ? kept.problem : error;
    }
  }

  async #cached(): Promise<Kept> {
    if (!(await this.#metadata.hasTimestamp())) return { problem: undefined };
    try {
      const source = new MetadataSource(this.#metadata, this.#now);
      const { heard } = await openRegistryState(source, this.#reader(undefined), await this.#context());
      return { heard: { ...heard, fetched: false } };
    } catch (problem) {
      if (!isAboutCached(problem)) throw problem;
      return { problem };
    }
  }

  /**
   * 5.1 to 5.6, within one deadline for all of it: a short one where what is kept can stand in. Nothing is kept that did
   * not open, the timestamp last.
   */
  async #fetched(previous: Chain | undefined): Promise<RegistryState> {
    const deadlineMs = previous === undefined ? firstContactDeadlineMs : refreshDeadlineMs;
    const fetch = this.#fetch(deadlineMs);
    const source = this.#source(fetch);
    const context = await this.#context();
    const { heard, marks } = await openRegistryState(source, this.#reader(fetch), {
      ...context,
      ...(previous !== undefined && { previous }),
    });
    const { timestamp, timestampScope, kept, snapshot } = heard.chain;
    const followed = previous === undefined ? [] : await this.#follow(previous, heard.chain, source, fetch, context);
    await source.cacheOpened();
    await this.#metadata.cacheTimestamp(timestampScope, timestamp.version, kept);
    await context.seen.raise([...marks, ...followed]);
    // What was current until now stays for processes that have just read it.
    if (snapshot.version !== previous?.snapshot.version)
      await this.#metadata.prune(
        new Set([heard.chain, previous].flatMap((chain) => (chain === undefined ? [] : filesOf(chain)))),
      );
    return { ...heard, fetched: true };
  }

  /**
   * Fetches what changed of the bins and records that this host uses: once the new timestamp is kept, the old ones no
   * longer do without the registry. Gives what is to be remembered.
   */
  async #follow(
    before: Chain,
    heard: Chain,
    source: MetadataSource,
    fetch: FetchMetadata,
    context: StateContext,
  ): Promise<Mark[]> {
    const offline = new MetadataSource(this.#metadata, this.#now);
    const were = new Map(Object.entries(before.snapshot.meta));
    const changed = binNames.filter((name) => were.get(`${name}.json`)?.version !== versionIn(heard.snapshot, name));
    const marks = await mapConcurrently(changed, maxConcurrentDownloads, async (name) => {
      const old = await openBin(offline, before, name, context).catch(unlessBroken);
      if (old === undefined) return [];
      const { bin, mark } = await openBin(source, heard, name, context);
      const kept = new Map(Object.entries(old.bin.targets));
      for (const [path, file] of Object.entries(bin.targets)) {
        const digest = kept.get(path)?.hashes.sha256;
        if (digest !== undefined && (await this.#files.has(digest)))
          await this.#reader(fetch)(path, file, recordFormat);
      }
      return [mark];
    });
    return marks.flat();
  }

  /** @throws Refusal E_STATE, E_CLOCK */
  async #context(): Promise<StateContext> {
    const seen = await HighWater.open(join(this.#folder, 'seen'));
    const { config } = this.#trust;
    checkTime(seen, config, this.#now);
    return { config, seen, now: this.#now };
  }

  /** The registry may have moved on since it was heard: then once more, from the top. */
  async #current<T>(task: (heard: RegistryState) => Promise<T>): Promise<T> {
    const heard = await this.state();
    try {
      return await task(heard);
    } catch (error) {
      if (!isAbsence(error) || heard.fetched) throw error;
      const anew = await this.refresh();
      if (!anew.fetched) throw error;
      return task(anew);
    }
  }

  async #bin({ chain }: RegistryState, name: string): Promise<ReadonlyMap<string, TargetFile>> {
    const source = this.#source(this.#fetch(fileDeadlineMs));
    const context = await this.#context();
    const { bin, mark } = await openBin(source, chain, name, context);
    await source.cacheOpened();
    await context.seen.raise([mark]);
    return new Map(Object.entries(bin.targets));
  }

  #source(fetch: FetchMetadata): MetadataSource {
    return new MetadataSource(this.#metadata, this.#now, (name, maxBytes) => fetch(`metadata/${name}`, maxBytes));
  }

  /** Reads files that a verified role named. */
  #reader(fetch: FetchMetadata | undefined): ReadTarget {
    return (path, { length, hashes }, { maxBytes }) =>
      this.#files.read(targetPath(path, hashes.sha256), hashes.sha256, Math.min(length, maxBytes), fetch);
  }

  /** Fetches published files, by their paths, all of them within one deadline. */
  #fetch(deadlineMs: number): FetchMetadata {
    const base = this.#trust.config.registry.url.replace(/\/$/u, '');
    const signal = AbortSignal.timeout(deadlineMs);
    return (path, maxBytes) => this.#fetchFile(`${base}/${path}`, { maxBytes, signal });
  }
}

/** The names of a chain's files, but for its timestamp. */
const filesOf = ({ root, snapshot }: Chain): string[] => [
  ...Array.from({ length: root.version }, (_, index) => `${index + 1}.root.json`),
  `${snapshot.version}.snapshot.json`,
  ...Object.entries(snapshot.meta).map(([name, { version }]) => `${version}.${name}`),
];

/** What is not kept, or no longer opens, was not used: nothing is to be fetched in its place. */
function unlessBroken(error: unknown): undefined {
  if (isAboutCached(error)) return undefined;
  throw error;
}

/** What is kept is missing, or does not open; anything else is a fault that nothing may hide. */
const isAboutCached = (error: unknown): boolean =>
  error instanceof Refusal || error instanceof Failure || systemCode(error) === 'ENOENT';
