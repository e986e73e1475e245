/**
 * The servers that a host may run. Each record, approval and lock is verified, starting from the repository metadata.
 */
import { join } from 'node:path';
import { isAbsence, isSilence } from '../../core/address.ts';
import { didYouMean } from '../../core/did-you-mean.ts';
import { bundleBytes } from '../../core/bundle.ts';
import { Failure } from '../../core/failure.ts';
import { bundleFormat, lockFormat, recordFormat } from '../../core/formats.ts';
import { timestampStaleHours } from '../../core/limits.ts';
import { openLock } from '../../artefacts/lock.ts';
import { openFormat } from '../../core/open-format.ts';
import { Refusal } from '../../core/refusal.ts';
import { nameOfRecord, recordPath } from '../../core/statement.ts';
import type { Listing, Lock, ServerRecord } from '../../schemas/types.ts';
import { checkLockBelongs, openApproval, type VerifiedApproval } from './approval.ts';
import { clockToleranceMs } from './clock.ts';
import { listed } from './listing.ts';
import { ListingFiles } from './listing-files.ts';
import type { RegistryState } from './registry-state.ts';
import { MetadataClient, type FetchFile } from './metadata-client.ts';
import { NotCarried } from './not-carried.ts';
import { checkNotRevoked } from './status.ts';
import type { Trust } from './trust-config.ts';

/** A server that may run: everything about it was verified. */
export interface VerifiedServer {
  readonly record: ServerRecord;
  readonly entry: ServerRecord['versions'][number];
  readonly approval: VerifiedApproval;
  readonly lock: Lock;
}

/** What a copy of the registry carries: all that the metadata names, or a part of it. */
export interface Listed {
  /** Sorted by name. */
  readonly servers: Listing['servers'];
  /** The names of the others, sorted. */
  readonly notCarried: readonly string[];
}

const listedOf = ({ servers, notCarried = [] }: Listing): Listed => ({ servers, notCarried });

const hourMs = 3_600_000;

/** The digest of the snapshot's bytes, which decides everything that the registry names. */
const snapshotOf = ({ chain }: RegistryState): string => chain.timestamp.meta['snapshot.json'].hashes.sha256;

export class ApprovedServers {
  readonly #trust: Trust;
  readonly #client: MetadataClient;
  readonly #listings: ListingFiles;
  readonly #now: Date;

  /** `folder` is where this registry's files are cached. Without `fetchFile`, they come over HTTP. */
  constructor(trust: Trust, folder: string, now: Date, fetchFile?: FetchFile) {
    this.#trust = trust;
    this.#client = new MetadataClient(trust, folder, now, fetchFile);
    this.#listings = new ListingFiles(join(folder, 'listing'));
    this.#now = now;
  }

  /** The names of all servers, sorted. */
  async names(): Promise<string[]> {
    return (await this.#client.paths()).flatMap((path) => nameOfRecord(path) ?? []);
  }

  /**
   * What a list says of every server that this copy of the registry carries, and the names of the others. Only lists may
   * use it: nothing is started because of it. With `askAgain`, what was not carried before is asked for again.
   * @throws NotCarried if it carries none of the servers that the metadata names
   */
  async listing({ askAgain = false } = {}): Promise<Listed> {
    const known = await this.#listings.read(snapshotOf(await this.#client.state()), this.#now);
    if (known !== undefined && (!askAgain || known.notCarried === undefined)) return listedOf(known);
    try {
      return listedOf(await this.#list());
    } catch (error) {
      if (known === undefined || !isSilence(error)) throw error;
      return listedOf(known);
    }
  }

  async #list(): Promise<Listing> {
    const { files, absent, guessed, state, expires } = await this.#client.allNamed(
      (path) => (nameOfRecord(path) === undefined ? undefined : recordFormat),
      new Set((await this.#listings.notCarried()).map(recordPath)),
    );
    // Rather a wrong address, or a proxy that answers in its place.
    if (files.length === 0 && absent.length > 0)
      throw new NotCarried(`any of the ${absent.length} servers`, this.#trust.config.registry.url);
    const servers = files.map(({ path, bytes }) => listed(this.#open(nameOfRecord(path) ?? '', bytes), state.keyring));
    const notCarried = absent.flatMap((path) => nameOfRecord(path) ?? []);
    const listing: Listing = {
      ...{ schemaVersion: 1, expires, servers },
      ...(notCarried.length > 0 && { notCarried }),
    };
    if (!guessed) await this.#listings.keep(snapshotOf(state), listing);
    return listing;
  }

  /** What the registry says now, and when it was last reached. */
  state(): Promise<RegistryState> {
    return this.#client.state();
  }

  /** Asks the registry, even if the cache is still fresh. */
  refresh(): Promise<RegistryState> {
    return this.#client.refresh();
  }

  /** The newest version of this program that the registry publishes; undefined where it publishes none. */
  launcher(): Promise<Uint8Array | undefined> {
    return this.#client.launcher();
  }

  /** A server's record. @throws Refusal E_NOT_APPROVED, E_DIGEST; NotCarried; and what reading it throws */
  async record(name: string): Promise<ServerRecord> {
    const bytes = await this.#client.named(recordPath(name), recordFormat);
    if (bytes === undefined) throw await this.#notApproved(name);
    return this.#open(name, bytes);
  }

  /** Opens the record that a bin names for a server. @throws Refusal E_FORMAT, E_NAME, E_REGISTRY */
  #open(name: string, bytes: Uint8Array): ServerRecord {
    const record = openFormat(recordFormat, bytes, `the record of ${name}`);
    if (record.name !== name)
      throw new Refusal(
        'E_NAME',
        `the record of ${name} is for ${record.name}`,
        'tell the operator of the registry: its files are mixed up',
      );
    if (record.registry !== this.#trust.config.registry.id)
      throw new Refusal(
        'E_REGISTRY',
        `the record of ${name} belongs to the registry ${record.registry}`,
        'tell the operator of the registry: its files are mixed up',
      );
    return record;
  }

  /** A version that may run. Without `version`, this is the pinned version, or else the record's current one. */
  async server(name: string, version?: string): Promise<VerifiedServer> {
    const record = await this.record(name);
    const state = await this.#client.state();
    const { status, keyring } = state;
    const pinned = version === undefined ? this.#trust.pins.get(name) : undefined;
    const wanted = version ?? pinned ?? record.version;
    const entry = record.versions.find((candidate) => candidate.version === wanted);
    if (entry === undefined)
      throw new Refusal(
        'E_NOT_APPROVED',
        `${name} ${wanted} is not approved${didYouMean(
          wanted,
          record.versions.map((candidate) => candidate.version),
        )}`,
        pinned === undefined
          ? `run \`countersign info ${name}\` for the versions that are`
          : `the trust config pins it: pin one of ${record.versions.map((candidate) => candidate.version).join(', ')}`,
      );
    await checkNotRevoked(status, name, entry.version, entry.sequence);
    this.#checkSunset(name, entry);
    // The record carries the current version's bundle; its own bytes were checked, and the bundle's are checked next.
    const bundle =
      entry.version === record.version
        ? bundleBytes(record.signature)
        : await this.#client
            .file(`approvals/${entry.bundle}.json`, entry.bundle, bundleFormat)
            .catch((cause: unknown) => {
              const what = `the approval of ${name} ${entry.version}`;
              throw isAbsence(cause) ? new NotCarried(what, this.#trust.config.registry.url, { cause }) : cause;
            });
    const approval = openApproval(bundle, keyring, {
      name,
      entry,
      groups: this.#trust.groups,
      now: this.#now,
    });
    this.#checkReached(approval, state);
    // Most approvals are older than the status. The time of the status is already remembered.
    if (approval.approvedAt > status.issuedAt) await this.#client.rememberTime(approval.approvedAt);
    const lockBytes = await this.#client.file(`locks/${approval.lockDigest}.json`, approval.lockDigest, lockFormat);
    const lock = openLock(lockBytes, `the lock of ${name} ${entry.version}`);
    checkLockBelongs(lock, approval);
    return { record, entry, approval, lock };
  }

  /** @throws Refusal E_SUNSET */
  #checkSunset(name: string, { version, lifecycle }: VerifiedServer['entry']): void {
    if (lifecycle?.sunset === undefined || this.#now < new Date(`${lifecycle.sunset}T00:00:00Z`)) return;
    const next = lifecycle.replacedBy === undefined ? 'run a newer version' : `run ${lifecycle.replacedBy} instead`;
    throw new Refusal(
      'E_SUNSET',
      `${name} ${version} ended on ${lifecycle.sunset}: ${lifecycle.reason}`,
      lifecycle.guide === undefined ? next : `${next}; see ${lifecycle.guide}`,
    );
  }

  /**
   * Checks that the registry was reached recently enough for this server. It compares two times with what the approval
   * allows:
   *
   * - When the registry last answered. Without answers, a server may run only for the hours that its approval allows.
   * - When the newest timestamp was signed. An attacker who controls the network can answer with an old timestamp while
   *   it is valid, but cannot make a newer one. An honest registry signs one every few hours, so this check never
   *   refuses a host that really reaches the registry.
   *
   * @throws Refusal E_CLOCK; E_EXPIRED if the registry was not reached for longer than the approval allows
   */
  #checkReached({ server, offlineHours }: VerifiedApproval, { at, signedAt }: RegistryState): void {
    const now = this.#now.getTime();
    const allowedMs = Math.max(offlineHours * hourMs, this.#trust.refreshAfterMs);
    if (at.getTime() - now > clockToleranceMs)
      throw new Refusal(
        'E_CLOCK',
        `the registry was last reached at ${at.toISOString()}, which this machine's clock has not come to yet`,
        'set the clock right',
      );
    if (now - at.getTime() > allowedMs)
      throw new Refusal(
        'E_EXPIRED',
        `the registry was last reached at ${at.toISOString()}; ${server.name} may run ${offlineHours} hours without it`,
        'reach the registry and try again',
      );
    if (now - signedAt.getTime() > Math.max(allowedMs, timestampStaleHours * hourMs))
      throw new Refusal(
        'E_EXPIRED',
        `the registry's newest timestamp is of ${signedAt.toISOString()}; ${server.name} may run ${offlineHours} hours without a newer one`,
        'try another network; if that does not help, tell the operator of the registry: it signs one every six hours',
      );
  }

  async #notApproved(name: string): Promise<Refusal> {
    // The names are only for the suggestion. If they cannot be read, the refusal must still be the one that is
    // reported.
    const known = await this.names().catch((error: unknown) => {
      if (error instanceof Failure) return [];
      throw error;
    });
    return new Refusal(
      'E_NOT_APPROVED',
      `no server ${JSON.stringify(name)} is approved${didYouMean(name, known)}`,
      `run \`countersign list\` for those that are; ${recordPath('<name>')} comes from a reviewed pull request`,
    );
  }
}
