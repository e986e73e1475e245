/**
 * The registry's files as a host sees them: metadata that is heard anew now and then, and files that are fetched once,
 * each under the digest that something verified named. What was fetched is kept; what is kept is checked like what is
 * fetched.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAbsence, isSilence } from '../../core/address.ts';
import { mapConcurrently } from '../../core/concurrency.ts';
import type { Bounds } from '../../core/download.ts';
import { sha256 } from '../../core/digest.ts';
import { systemCode } from '../../core/failure.ts';
import { keyringFormat, statusFormat, type Format } from '../../core/formats.ts';
import { openKeyring, type OpenKeyring } from '../../core/keyring.ts';
import {
  fileDeadlineMs,
  firstContactDeadlineMs,
  maxConcurrentDownloads,
  refreshDeadlineMs,
} from '../../core/limits.ts';
import { binNames, binOf, keyringPath, statusPath, targetPath } from '../../core/metadata.ts';
import { openFormat } from '../../core/open-format.ts';
import { Refusal } from '../../core/refusal.ts';
import type { TargetFile } from '../../schemas/types.ts';
import { isSignedTimestamp, openBin, openChain, type Chain } from './chain.ts';
import { checkCome } from './clock.ts';
import { HighWater, scopeOf, type Mark } from './high-water.ts';
import { keepFile } from './keep-file.ts';
import { MetadataFiles } from './metadata-files.ts';
import { MetadataSource, type FetchMetadata } from './metadata-source.ts';
import { openStatus, type VerifiedStatus } from './status.ts';
import type { Trust } from './trust-config.ts';

/** The registry as it was last heard: everything here was verified. */
export interface Heard {
  readonly chain: Chain;
  readonly keyring: OpenKeyring;
  readonly status: VerifiedStatus;
  /** When the registry was heard. */
  readonly at: Date;
  /** Whether that was just now, and not taken from what is kept. */
  readonly justNow: boolean;
}

/** Gives the file at an address. What it throws is what `fetchFile` throws. */
export type FetchFile = (url: string, bounds: Bounds) => Promise<Uint8Array>;

const overHttp: FetchFile = async (url, bounds) => {
  const { fetchFile } = await import('../on-demand.ts');
  return fetchFile(url, bounds);
};

/** What is kept: it opens, or there is a reason why not. */
type Kept = { readonly heard: Heard } | { readonly heard?: never; readonly problem: unknown };

export class Repository {
  readonly #trust: Trust;
  readonly #folder: string;
  readonly #now: Date;
  readonly #fetchFile: FetchFile;
  readonly #metadata: MetadataFiles;
  #heard: Promise<Heard> | undefined;

  /** `folder` is where this registry's files are kept. */
  constructor(trust: Trust, folder: string, now: Date, fetchFile = overHttp) {
    this.#trust = trust;
    this.#folder = folder;
    this.#now = now;
    this.#fetchFile = fetchFile;
    this.#metadata = new MetadataFiles(join(folder, 'metadata'));
  }

  /** What is kept while that is young enough, else what the registry says; what is kept again where it is silent. */
  hear(): Promise<Heard> {
    return (this.#heard ??= this.#keptOrFetched());
  }

  /** Asks the registry, however young is what is kept. */
  refresh(): Promise<Heard> {
    return (this.#heard = this.#keptOrFetched(true));
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
      return this.#target(path, target, format, this.#fetch(AbortSignal.timeout(fileDeadlineMs)));
    });
  }

  /**
   * The exact bytes of a published file, under the digest that something verified named.
   * @throws Refusal E_DIGEST, and what fetching throws
   */
  file(path: string, digest: string, format: Format<unknown>): Promise<Uint8Array> {
    return this.#byDigest(path, digest, format.maxBytes, this.#fetch(AbortSignal.timeout(fileDeadlineMs)));
  }

  async #keptOrFetched(anew = false): Promise<Heard> {
    const kept = await this.#kept();
    if (kept.heard !== undefined && !anew) {
      const age = this.#now.getTime() - kept.heard.at.getTime();
      // A clock that was set back makes what is kept look like the future's: the registry is asked.
      if (age >= 0 && age < this.#trust.refreshAfterMs) return kept.heard;
    }
    try {
      return await this.#fetched(kept.heard?.chain);
    } catch (error) {
      if (!isSilence(error)) throw error;
      if (kept.heard !== undefined) return kept.heard;
      throw kept.problem instanceof Refusal ? kept.problem : error;
    }
  }

  async #kept(): Promise<Kept> {
    const newest = await this.#metadata.newestTimestamp();
    if (newest === undefined) return { problem: undefined };
    try {
      const seen = await this.#seen();
      const { heard } = await this.#open(new MetadataSource(this.#metadata), seen, newest.at, undefined);
      return { heard };
    } catch (problem) {
      return { problem };
    }
  }

  /**
   * 5.1 to 5.6, within one deadline for all of it: a short one where what is kept can stand in. Nothing is kept that did
   * not open, the timestamp last.
   */
  async #fetched(previous: Chain | undefined): Promise<Heard> {
    const deadlineMs = previous === undefined ? firstContactDeadlineMs : refreshDeadlineMs;
    const fetch = this.#fetch(AbortSignal.timeout(deadlineMs));
    const source = new MetadataSource(this.#metadata, (name, maxBytes) => fetch(`metadata/${name}`, maxBytes));
    const seen = await this.#seen();
    const { heard, marks } = await this.#open(source, seen, this.#now, { fetch, previous });
    const { root, timestamp, timestampBytes, snapshot } = heard.chain;
    await source.keepOpened();
    await this.#metadata.keepTimestamp(timestamp.version, timestampBytes, this.#now, (bytes) =>
      isSignedTimestamp(bytes, root),
    );
    await seen.raise(marks);
    // What was current until now stays for processes that have just read it.
    if (snapshot.version !== previous?.snapshot.version)
      await this.#metadata.prune(
        new Set([heard.chain, previous].flatMap((chain) => (chain === undefined ? [] : filesOf(chain)))),
      );
    return heard;
  }

  /** @throws Refusal E_STATE, E_CLOCK */
  async #seen(): Promise<HighWater> {
    const seen = await HighWater.open(join(this.#folder, 'seen'));
    checkCome(this.#trust.config.exportedAt, this.#now, 'the trust config');
    const latest = seen.highest(timeKind);
    if (latest > 0) checkCome(new Date(latest * 1000).toISOString(), this.#now, 'something that was seen before');
    return seen;
  }

  /** From the root to the status. Without `from`, only what is kept is looked at. */
  async #open(
    source: MetadataSource,
    seen: HighWater,
    at: Date,
    from: { readonly fetch: Fetch; readonly previous: Chain | undefined } | undefined,
  ): Promise<{ readonly heard: Heard; readonly marks: readonly Mark[] }> {
    const { config } = this.#trust;
    const now = this.#now;
    const previous = from?.previous;
    const chain = await openChain(source, { config, seen, now, ...(previous !== undefined && { previous }) });

    const named = chain.targets.targets[keyringPath];
    const keyringBytes = await this.#target(keyringPath, named, keyringFormat, from?.fetch);
    const keyring = openKeyring(openFormat(keyringFormat, keyringBytes, 'the keyring'));
    this.#checkIdentity(keyring);

    const { bin, mark: binMark } = await openBin(source, chain, binOf(statusPath), { seen, now });
    const statusFile = new Map(Object.entries(bin.targets)).get(statusPath);
    if (statusFile === undefined)
      throw new Refusal(
        'E_NOT_APPROVED',
        `the registry publishes no ${statusPath}: what is revoked is not known`,
        'tell whoever runs the registry',
      );
    const statusBytes = await this.#target(statusPath, statusFile, statusFormat, from?.fetch);
    const status = openStatus(statusBytes, keyring, now);
    const statusMark = {
      kind: 'status',
      // Only the offline keyring can begin a new count: a stolen approval key may have signed the highest number.
      scope: scopeOf([...keyring.keys.values()].filter(({ revoked }) => revoked !== undefined).map(({ hint }) => hint)),
      version: status.sequence,
      digest: status.bundle,
    };
    seen.check(statusMark);
    const heard = { chain, keyring, status, at, justNow: from !== undefined };
    return { heard, marks: [...chain.marks, binMark, statusMark, timeMark(status.issuedAt)] };
  }

  /** @throws Refusal E_REGISTRY, E_ENVIRONMENT */
  #checkIdentity({ registry, environment }: OpenKeyring): void {
    const trusted = this.#trust.config.registry;
    if (registry !== trusted.id)
      throw new Refusal(
        'E_REGISTRY',
        `the keyring is one of the registry ${registry}; ${trusted.id} is trusted`,
        'check that the trust config belongs to this registry',
      );
    if (environment !== trusted.environment)
      throw new Refusal(
        'E_ENVIRONMENT',
        `the keyring is for ${environment}; here ${trusted.environment} is trusted`,
        'check that the trust config belongs to this registry',
      );
  }

  /** The registry may have moved on since it was heard: then once more, from the top. */
  async #current<T>(task: (heard: Heard) => Promise<T>): Promise<T> {
    const heard = await this.hear();
    try {
      return await task(heard);
    } catch (error) {
      if (!isAbsence(error) || heard.justNow) throw error;
      const anew = await this.refresh();
      if (!anew.justNow) throw error;
      return task(anew);
    }
  }

  async #bin({ chain }: Heard, name: string): Promise<ReadonlyMap<string, TargetFile>> {
    const fetch = this.#fetch(AbortSignal.timeout(fileDeadlineMs));
    const source = new MetadataSource(this.#metadata, (file, maxBytes) => fetch(`metadata/${file}`, maxBytes));
    const seen = await this.#seen();
    const { bin, mark } = await openBin(source, chain, name, { seen, now: this.#now });
    await source.keepOpened();
    await seen.raise([mark]);
    return new Map(Object.entries(bin.targets));
  }

  /** A file that a verified role named. */
  #target(
    path: string,
    { length, hashes }: TargetFile,
    { maxBytes }: Format<unknown>,
    fetch: Fetch | undefined,
  ): Promise<Uint8Array> {
    const digest = hashes.sha256;
    return this.#byDigest(targetPath(path, digest), digest, Math.min(length, maxBytes), fetch);
  }

  async #byDigest(path: string, digest: string, maxBytes: number, fetch: Fetch | undefined): Promise<Uint8Array> {
    const kept = join(this.#folder, 'files', digest);
    try {
      const bytes = await readFile(kept);
      checkDigest(bytes, digest, kept, 'delete that file: it is fetched again');
      return bytes;
    } catch (error) {
      if (systemCode(error) !== 'ENOENT' || fetch === undefined) throw error;
    }
    const bytes = await fetch(path, maxBytes);
    checkDigest(bytes, digest, path, 'do not use it: it is not what was approved. Tell whoever runs the registry');
    await keepFile(kept, bytes);
    return bytes;
  }

  #fetch(signal: AbortSignal): Fetch {
    const base = this.#trust.config.registry.url.replace(/\/$/u, '');
    return (path, maxBytes) => this.#fetchFile(`${base}/${path}`, { maxBytes, signal });
  }
}

/** The names of a chain's files, but for its timestamp. */
const filesOf = ({ root, snapshot }: Chain): string[] => [
  ...Array.from({ length: root.version }, (_, index) => `${index + 1}.root.json`),
  `${snapshot.version}.snapshot.json`,
  ...Object.entries(snapshot.meta).map(([name, { version }]) => `${version}.${name}`),
];

/** Fetches a published file, by its path, of no more bytes than that. */
type Fetch = FetchMetadata;

const timeKind = 'time';

/** The latest moment that somebody signed: no clock may be behind it. */
const timeMark = (moment: string): Mark => ({
  kind: timeKind,
  scope: '0'.repeat(16),
  version: Math.floor(Date.parse(moment) / 1000),
  digest: '0'.repeat(64),
});

function checkDigest(bytes: Uint8Array, digest: string, what: string, remedy: string): void {
  const actual = sha256(bytes);
  if (actual !== digest) throw new Refusal('E_DIGEST', `${what} has the digest ${actual}, not ${digest}`, remedy);
}
