/**
 * The registry's files as a host sees them. Metadata is refreshed from time to time. All other files are fetched once,
 * by a digest from a verified file. Everything is cached, and cached files go through the same checks as fetched ones.
 */
import { join } from 'node:path';
import { isAbsence, isSilence } from '../../core/address.ts';
import { mapConcurrently } from '../../core/concurrency.ts';
import type { Bounds } from '../../core/download.ts';
import { sha256 } from '../../core/digest.ts';
import { Failure, systemCode } from '../../core/failure.ts';
import { recordFormat, type Format } from '../../core/formats.ts';
import {
  fileDeadlineMs,
  firstContactDeadlineMs,
  launcherDeadlineMs,
  maxConcurrentDownloads,
  maxLauncherBytes,
  refreshDeadlineMs,
} from '../../core/limits.ts';
import { binNames, binOf, launcherPath, targetPath } from '../../core/metadata.ts';
import { Refusal } from '../../core/refusal.ts';
import { nameOfRecord } from '../../core/statement.ts';
import type { BinRole } from '../../schemas/types.ts';
import { openBin, versionIn, type Chain } from './chain.ts';
import { DigestFiles } from './digest-files.ts';
import {
  checkTime,
  openRegistryState,
  timeMark,
  type RegistryState,
  type StateContext,
  type ReadTarget,
} from './registry-state.ts';
import { HighWater, type Mark } from './high-water.ts';
import { MetadataFiles } from './metadata-files.ts';
import { MetadataSource, type FetchMetadata } from './metadata-source.ts';
import { NotCarried } from './not-carried.ts';
import type { Trust } from './trust-config.ts';

/** Returns the file at an address. What it throws is what `fetchFile` throws. */
export type FetchFile = (url: string, bounds: Bounds) => Promise<Uint8Array>;

const overHttp: FetchFile = async (url, bounds) => {
  const { fetchFile } = await import('../on-demand.ts');
  return fetchFile(url, bounds);
};

/** The cached state, or the problem because of which it could not be opened. */
type Cached = { readonly state: RegistryState } | { readonly state?: never; readonly problem: unknown };

/** Files that the bins of one snapshot name. */
export interface AllNamed {
  readonly files: readonly { readonly path: string; readonly bytes: Uint8Array }[];
  /** The paths of those that the registry answered not to have, sorted. */
  readonly absent: readonly string[];
  readonly state: RegistryState;
  /** Whether the registry did not answer, so that some are absent because they were before. */
  readonly guessed: boolean;
  /** When the first of the bins expires. */
  readonly expires: string;
}

export class MetadataClient {
  readonly #trust: Trust;
  readonly #folder: string;
  readonly #now: Date;
  readonly #fetchFile: FetchFile;
  readonly #metadata: MetadataFiles;
  readonly #files: DigestFiles;
  #state: Promise<RegistryState> | undefined;
  /** By where it is published: what the registry answered not to have, since it was last asked what is new. */
  readonly #notCarried = new Map<string, NotCarried>();

  /** `folder` is where this registry's files are cached. */
  constructor(trust: Trust, folder: string, now: Date, fetchFile = overHttp) {
    this.#trust = trust;
    this.#folder = folder;
    this.#now = now;
    this.#fetchFile = fetchFile;
    this.#metadata = new MetadataFiles(join(folder, 'metadata'));
    this.#files = new DigestFiles(join(folder, 'files'));
  }

  /**
   * The cached state if it is fresh enough, else a fetched one. If the registry does not answer, the cached one again.
   */
  state(): Promise<RegistryState> {
    return (this.#state ??= this.#cachedOrFetched());
  }

  /** Asks the registry, even if the cache is still fresh. */
  refresh(): Promise<RegistryState> {
    this.#notCarried.clear();
    return (this.#state = this.#cachedOrFetched(true));
  }

  /** Every path that the bins name, sorted. */
  paths(): Promise<string[]> {
    return this.#current(async (state) => {
      const bins = await this.#bins(state);
      return bins.flatMap(({ targets }) => Object.keys(targets)).sort();
    });
  }

  /**
   * The exact bytes of every file that the bins name and `formatOf` has a format for, sorted by path; under which snapshot,
   * and until when its bins are valid. A copy of the registry may hold a part of them. What it has must be right. Those
   * of `wereAbsent` count as absent again if the registry does not answer.
   */
  async allNamed(
    formatOf: (path: string) => Format<unknown> | undefined,
    wereAbsent: ReadonlySet<string>,
  ): Promise<AllNamed> {
    const found = await this.#allNamed(formatOf, wereAbsent);
    if (found.absent.length === 0 || found.guessed || found.state.fetched) return found;
    // Before anything counts as absent: the registry may have deleted it since the cache was written.
    const { fetched } = await this.refresh();
    return fetched ? this.#allNamed(formatOf, wereAbsent) : found;
  }

  #allNamed(
    formatOf: (path: string) => Format<unknown> | undefined,
    wereAbsent: ReadonlySet<string>,
  ): Promise<AllNamed> {
    return this.#current(async (state) => {
      let guessed = false;
      const guess = (path: string, error: unknown): undefined => {
        if (!isSilence(error) || !wereAbsent.has(path)) return unlessNotCarried(error);
        guessed = true;
        return undefined;
      };
      const bins = await this.#bins(state);
      const wanted = bins
        .flatMap(({ targets }) => Object.entries(targets))
        .flatMap(([path, target]) => {
          const format = formatOf(path);
          return format === undefined ? [] : [{ path, target, format }];
        })
        .sort((a, b) => (a.path < b.path ? -1 : 1));
      const read = await mapConcurrently(wanted, maxConcurrentDownloads, async ({ path, target, format }) => ({
        path,
        // Where there was no answer for one, there would be none for the others, each after its deadline.
        bytes:
          guessed && wereAbsent.has(path)
            ? undefined
            : await this.#carried(this.#fetch(fileDeadlineMs))(path, target, format).catch((error: unknown) =>
                guess(path, error),
              ),
      }));
      return {
        files: read.flatMap(({ path, bytes }) => (bytes === undefined ? [] : [{ path, bytes }])),
        absent: read.flatMap(({ path, bytes }) => (bytes === undefined ? [path] : [])),
        ...{ state, guessed },
        expires: bins.map(({ expires }) => expires).sort()[0] ?? '',
      };
    });
  }

  /** The exact bytes of a record that a bin names; undefined if no bin names it. @throws NotCarried */
  named(path: string, format: Format<unknown>): Promise<Uint8Array | undefined> {
    return this.#current(async (state) => {
      const { targets } = await this.#bin(state, binOf(path), await this.#context());
      const target = new Map(Object.entries(targets)).get(path);
      if (target === undefined) return undefined;
      return this.#carried(this.#fetch(fileDeadlineMs))(path, target, format);
    });
  }

  /**
   * The exact bytes of a published file. `digest` must come from a verified file.
   * @throws Refusal E_DIGEST, and what fetching throws
   */
  file(path: string, digest: string, format: Format<unknown>): Promise<Uint8Array> {
    return this.#files.read(path, digest, format.maxBytes, this.#fetch(fileDeadlineMs));
  }

  /**
   * The exact bytes of this program's newest version; undefined where the registry publishes none. Only the top-level
   * targets, which offline keys sign, may name it: `openBin` refuses a bin that does. It is not cached: a host fetches it once.
   * @throws Refusal E_TOO_LARGE, E_DIGEST, and what fetching throws
   */
  launcher(): Promise<Uint8Array | undefined> {
    return this.#current(async ({ chain }) => {
      const file = chain.targets.targets[launcherPath];
      if (file === undefined) return undefined;
      const { length, hashes } = file;
      const mixedUp = 'do not use it: it is not what was signed. Tell the operator of the registry';
      if (length > maxLauncherBytes)
        throw new Refusal('E_TOO_LARGE', `${launcherPath} has ${length} bytes, more than ${maxLauncherBytes}`, mixedUp);
      // 5.7.2 Verify the desired target against its targets metadata
      const bytes = await this.#fetch(launcherDeadlineMs)(targetPath(launcherPath, hashes.sha256), length);
      const digest = sha256(bytes);
      if (bytes.byteLength !== length || digest !== hashes.sha256)
        throw new Refusal(
          'E_DIGEST',
          `${launcherPath} has ${bytes.byteLength} bytes and the digest ${digest}, not ${length} and ${hashes.sha256}`,
          mixedUp,
        );
      return bytes;
    });
  }

  async #cachedOrFetched(always = false): Promise<RegistryState> {
    const cached = await this.#cached();
    if (cached.state !== undefined && !always) {
      const age = this.#now.getTime() - cached.state.at.getTime();
      // If the clock was set back, the cache seems to come from the future. Then the registry is asked.
      if (age >= 0 && age < this.#trust.refreshAfterMs) return cached.state;
    }
    try {
      return await this.#fetched(cached.state?.chain);
    } catch (error) {
      if (!isSilence(error)) throw error;
      if (cached.state !== undefined) return { ...cached.state, silence: error };
      throw cached.problem instanceof Refusal ? cached.problem : error;
    }
  }

  async #cached(): Promise<Cached> {
    if (!(await this.#metadata.hasTimestamp())) return { problem: undefined };
    try {
      const source = new MetadataSource(this.#metadata, this.#now);
      const { state } = await openRegistryState(source, this.#reader(undefined), await this.#context());
      return { state: { ...state, fetched: false } };
    } catch (problem) {
      if (!isAboutCached(problem)) throw problem;
      return { problem };
    }
  }

  /**
   * The whole refresh, TUF 5.1 to 5.6, within one deadline; a short one if there is a cache to use instead. Files are
   * cached only after all of them were opened, and the timestamp last.
   */
  async #fetched(previous: Chain | undefined): Promise<RegistryState> {
    const deadlineMs = previous === undefined ? firstContactDeadlineMs : refreshDeadlineMs;
    const fetch = this.#fetch(deadlineMs);
    const source = this.#source(fetch);
    const context = await this.#context();
    const { state, marks } = await openRegistryState(source, this.#reader(fetch), {
      ...context,
      ...(previous !== undefined && { previous }),
    });
    const { timestamp, timestampScope, timestampFile, snapshot } = state.chain;
    const followed = previous === undefined ? [] : await this.#follow(previous, state.chain, source, fetch, context);
    await source.cacheOpened();
    await this.#metadata.cacheTimestamp(timestampScope, timestamp.version, timestampFile);
    await context.seen.raise([...marks, ...followed]);
    // The files of the previous chain stay, for processes that have just read its timestamp.
    if (snapshot.version !== previous?.snapshot.version)
      await this.#metadata.prune(
        new Set([state.chain, previous].flatMap((chain) => (chain === undefined ? [] : filesOf(chain)))),
      );
    return { ...state, fetched: true };
  }

  /**
   * Fetches the changed bins and records that this host uses. They are needed to work offline: once the new timestamp
   * is cached, the old ones can no longer be opened under it. Returns the marks to remember.
   */
  async #follow(
    before: Chain,
    after: Chain,
    source: MetadataSource,
    fetch: FetchMetadata,
    context: StateContext,
  ): Promise<Mark[]> {
    const offline = new MetadataSource(this.#metadata, this.#now);
    const were = new Map(Object.entries(before.snapshot.meta));
    const changed = binNames.filter((name) => were.get(`${name}.json`)?.version !== versionIn(after.snapshot, name));
    const marks = await mapConcurrently(changed, maxConcurrentDownloads, async (name) => {
      const old = await openBin(offline, before, name, context).catch(unlessBroken);
      if (old === undefined) return [];
      const { bin, marks: binMarks } = await openBin(source, after, name, context);
      const files = new Map(Object.entries(old.bin.targets));
      for (const [path, file] of Object.entries(bin.targets)) {
        const digest = files.get(path)?.hashes.sha256;
        if (digest !== undefined && (await this.#files.has(digest)))
          // A copy for some groups no longer has the record of a server that left them. The others are still for them.
          await this.#carried(fetch)(path, file, recordFormat).catch(unlessNotCarried);
      }
      return binMarks;
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

  /** The registry may have deleted a file since the cache was written. Then refresh, and try once more. */
  async #current<T>(task: (state: RegistryState) => Promise<T>): Promise<T> {
    const state = await this.state();
    try {
      return await task(state);
    } catch (error) {
      if (!(isAbsence(error) || error instanceof NotCarried) || state.fetched) throw error;
      const refreshed = await this.refresh();
      if (!refreshed.fetched) throw error;
      return task(refreshed);
    }
  }

  /** Remembers a moment at which something was signed. From then on, a clock that is behind it is refused. */
  async rememberTime(moment: string): Promise<void> {
    await (await HighWater.open(join(this.#folder, 'seen'))).raise([timeMark(moment)]);
  }

  async #bins(state: RegistryState): Promise<readonly BinRole[]> {
    // What was seen is read once: it is a folder of hundreds of files.
    const context = await this.#context();
    return mapConcurrently(binNames, maxConcurrentDownloads, (name) => this.#bin(state, name, context));
  }

  async #bin({ chain }: RegistryState, name: string, context: StateContext): Promise<BinRole> {
    const source = this.#source(this.#fetch(fileDeadlineMs));
    const { bin, marks } = await openBin(source, chain, name, context);
    await source.cacheOpened();
    await context.seen.raise(marks);
    return bin;
  }

  #source(fetch: FetchMetadata): MetadataSource {
    return new MetadataSource(this.#metadata, this.#now, (name, maxBytes) => fetch(`metadata/${name}`, maxBytes));
  }

  /** Reads records that a bin named. A copy of the registry need not carry them: each is asked for once. */
  #carried(fetch: FetchMetadata): ReadTarget {
    const read = this.#reader(fetch);
    return async (path, target, format) => {
      const where = targetPath(path, target.hashes.sha256);
      const before = this.#notCarried.get(where);
      if (before !== undefined) throw before;
      try {
        return await read(path, target, format);
      } catch (cause) {
        if (!isAbsence(cause)) throw cause;
        const what = `the record of ${nameOfRecord(path)}`;
        const notCarried = new NotCarried(what, this.#trust.config.registry.url, { cause });
        this.#notCarried.set(where, notCarried);
        throw notCarried;
      }
    };
  }

  /** Reads files that a verified role named. */
  #reader(fetch: FetchMetadata | undefined): ReadTarget {
    return (path, { length, hashes }, { maxBytes }) =>
      this.#files.read(targetPath(path, hashes.sha256), hashes.sha256, Math.min(length, maxBytes), fetch);
  }

  /** Makes a function that fetches published files by path. One deadline holds for all its calls, from the first on. */
  #fetch(deadlineMs: number): FetchMetadata {
    const base = this.#trust.config.registry.url.replace(/\/$/u, '');
    let signal: AbortSignal | undefined;
    return (path, maxBytes) => {
      signal ??= AbortSignal.timeout(deadlineMs);
      return this.#fetchFile(`${base}/${path}`, { maxBytes, signal });
    };
  }
}

/** The names of a chain's files, without its timestamp. */
const filesOf = ({ root, snapshot }: Chain): string[] => [
  ...Array.from({ length: root.version }, (_, index) => `${index + 1}.root.json`),
  `${snapshot.version}.snapshot.json`,
  ...Object.entries(snapshot.meta).map(([name, { version }]) => `${version}.${name}`),
];

/** The registry answered that it does not have the record. Every other error must not be hidden. */
function unlessNotCarried(error: unknown): undefined {
  if (error instanceof NotCarried) return undefined;
  throw error;
}

/** A cached file that is missing or cannot be opened was not in use. So nothing needs to be fetched in its place. */
function unlessBroken(error: unknown): undefined {
  if (isAboutCached(error)) return undefined;
  throw error;
}

/** Whether the error says that a cached file is missing or cannot be opened. Every other error must not be hidden. */
const isAboutCached = (error: unknown): boolean =>
  error instanceof Refusal || error instanceof Failure || systemCode(error) === 'ENOENT';
