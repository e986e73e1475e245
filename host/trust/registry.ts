/**
 * The registry as a host sees it: a status that is fetched anew now and then, and files that are fetched once, each
 * under the digest that something verified named. What was fetched is kept; what is kept is checked like what is
 * fetched.
 */
import { mkdir, readFile, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { asDiskFailure } from '../../core/disk.ts';
import { bundleBytes } from '../../core/bundle.ts';
import { sha256 } from '../../core/digest.ts';
import { didYouMean } from '../../core/did-you-mean.ts';
import { isAbsence, isSilence } from '../../core/address.ts';
import { bundleFormat, lockFormat, recordFormat, statusFormat, type Format } from '../../core/formats.ts';
import { fileDeadlineMs, refreshDeadlineMs } from '../../core/limits.ts';
import { openLock } from '../../core/lock.ts';
import { openFormat } from '../../core/open-format.ts';
import { systemCode } from '../../core/failure.ts';
import { Refusal } from '../../core/refusal.ts';
import { recordPath } from '../../core/statement.ts';
import type { Lock, ServerRecord } from '../../schemas/types.ts';
import { checkLockBelongs, openApproval, type VerifiedApproval } from './approval.ts';
import { clockToleranceMs } from './clock.ts';
import { checkNotOlder } from './high-water.ts';
import { checkNotRevoked, openStatus, type VerifiedStatus } from './status.ts';
import type { Trust } from './trust-config.ts';

/** A server that may run: everything about it was verified. */
export interface VerifiedServer {
  readonly record: ServerRecord;
  readonly entry: ServerRecord['versions'][number];
  readonly approval: VerifiedApproval;
  readonly lock: Lock;
}

/** The status, and when the registry was last heard. */
interface Heard {
  readonly status: VerifiedStatus;
  readonly at: Date;
  /** Whether it was fetched just now, and not taken from what is kept. */
  readonly justNow: boolean;
}

export class Registry {
  readonly #trust: Trust;
  readonly #folder: string;
  readonly #now: Date;
  #heard: Promise<Heard> | undefined;

  /** `folder` is where this registry's files are kept. */
  constructor(trust: Trust, folder: string, now: Date) {
    this.#trust = trust;
    this.#folder = folder;
    this.#now = now;
  }

  /** The names of all servers, sorted. */
  async names(): Promise<string[]> {
    const { status } = await this.#hear();
    return [...status.records.keys()].sort();
  }

  /** Until when the status holds, and when the registry was last heard. */
  async freshness(): Promise<{ readonly status: VerifiedStatus; readonly heardAt: Date }> {
    const { status, at } = await this.#hear();
    return { status, heardAt: at };
  }

  /** A server's record. @throws Refusal E_NOT_APPROVED, E_DIGEST and what reading it throws */
  async record(name: string): Promise<ServerRecord> {
    const heard = await this.#hear();
    const digest = heard.status.records.get(name);
    if (digest === undefined) throw notApproved(name, heard.status);
    const path = `targets/servers/${digest}.${name}.json`;
    let bytes: Uint8Array;
    try {
      bytes = await this.#byDigest(path, digest, recordFormat);
    } catch (error) {
      // The registry has moved on since its status was kept: hear it anew, once.
      if (!isAbsence(error) || heard.justNow) throw error;
      this.#heard = this.#fetchStatus();
      return this.record(name);
    }
    const record = openFormat(recordFormat, bytes, `the record of ${name}`);
    if (record.name !== name)
      throw new Refusal(
        'E_NAME',
        `the record of ${name} is one of ${record.name}`,
        'tell whoever runs the registry: its files are mixed up',
      );
    if (record.registry !== this.#trust.config.registry.id)
      throw new Refusal(
        'E_REGISTRY',
        `the record of ${name} is one of the registry ${record.registry}`,
        'tell whoever runs the registry: its files are mixed up',
      );
    return record;
  }

  /** A version that may run; the record's current one where none is named. */
  async server(name: string, version?: string): Promise<VerifiedServer> {
    const record = await this.record(name);
    const { status, at } = await this.#hear();
    const wanted = version ?? record.version;
    const entry = record.versions.find((candidate) => candidate.version === wanted);
    if (entry === undefined)
      throw new Refusal(
        'E_NOT_APPROVED',
        `${name} ${wanted} is not approved${didYouMean(
          wanted,
          record.versions.map((candidate) => candidate.version),
        )}`,
        `run \`countersign info ${name}\` for the versions that are`,
      );
    await checkNotRevoked(status, name, entry.version, entry.sequence);
    this.#checkSunset(name, entry);
    // The record carries the current version's bundle; its own bytes were checked, and the bundle's are checked next.
    const bundle =
      entry.version === record.version
        ? bundleBytes(record.signature)
        : await this.#byDigest(`approvals/${entry.bundle}.json`, entry.bundle, bundleFormat);
    const approval = openApproval(bundle, this.#trust.keyring, {
      name,
      entry,
      groups: this.#trust.groups,
      now: this.#now,
    });
    this.#checkHeard(approval, at);
    const lockBytes = await this.#byDigest(`locks/${approval.lockDigest}.json`, approval.lockDigest, lockFormat);
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

  /** @throws Refusal E_EXPIRED where the registry was not heard for longer than the approval allows */
  #checkHeard({ server, offlineHours }: VerifiedApproval, at: Date): void {
    const silentMs = this.#now.getTime() - at.getTime();
    const allowedMs = Math.max(offlineHours * 3_600_000, this.#trust.refreshAfterMs);
    if (silentMs < -clockToleranceMs)
      throw new Refusal(
        'E_EXPIRED',
        `the registry was last heard at ${at.toISOString()}, which this machine's clock has not reached yet`,
        'set the clock right',
      );
    if (silentMs > allowedMs)
      throw new Refusal(
        'E_EXPIRED',
        `the registry was last heard at ${at.toISOString()}; ${server.name} may run ${offlineHours} hours without it`,
        'reach the registry and try again',
      );
  }

  #hear(): Promise<Heard> {
    return (this.#heard ??= this.#keptOrFetched());
  }

  async #keptOrFetched(): Promise<Heard> {
    const path = join(this.#folder, 'status.json');
    const at = (await stat(path).catch(() => undefined))?.mtime;
    const age = at === undefined ? Infinity : this.#now.getTime() - at.getTime();
    const kept = async (heardAt: Date): Promise<Heard> => {
      const status = openStatus(await readFile(path), this.#trust.keyring, this.#now);
      await checkNotOlder(join(this.#folder, 'seen'), status.sequence, status.bundle);
      return { status, at: heardAt, justNow: false };
    };
    // A clock that was set back makes no file fresh.
    if (at !== undefined && age >= 0 && age < this.#trust.refreshAfterMs)
      return kept(at).catch((error: unknown) => {
        // Expired, or another process has heard a newer one in between: the registry has a better one. If it cannot be
        // reached, what is wrong with the kept one is what there is to say. One that was changed here is refused.
        if (!(error instanceof Refusal) || !['E_EXPIRED', 'E_ROLLBACK'].includes(error.code)) throw error;
        return this.#fetchStatus().catch((silence: unknown) => {
          throw isSilence(silence) ? error : silence;
        });
      });
    try {
      return await this.#fetchStatus();
    } catch (error) {
      // Only silence lets the kept status stand in, and only until it expires. An answer that is not believed never does.
      if (!isSilence(error) || at === undefined) throw error;
      return kept(at);
    }
  }

  async #fetchStatus(): Promise<Heard> {
    const bytes = await this.#fetch('trust/status.json', statusFormat, refreshDeadlineMs);
    const status = openStatus(bytes, this.#trust.keyring, this.#now);
    await checkNotOlder(join(this.#folder, 'seen'), status.sequence, status.bundle);
    const path = join(this.#folder, 'status.json');
    await this.#keep(path, bytes);
    await utimes(path, this.#now, this.#now);
    return { status, at: this.#now, justNow: true };
  }

  /** A file that never changes, under the digest of its bytes. @throws Refusal E_DIGEST */
  async #byDigest(path: string, digest: string, format: Format<unknown>): Promise<Uint8Array> {
    const kept = join(this.#folder, 'files', digest);
    try {
      const bytes = await readFile(kept);
      checkDigest(bytes, digest, kept, 'delete that file: it is fetched again');
      return bytes;
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
    }
    const bytes = await this.#fetch(path, format, fileDeadlineMs);
    checkDigest(bytes, digest, path, 'do not use it: it is not what was approved. Tell whoever runs the registry');
    await this.#keep(kept, bytes);
    return bytes;
  }

  async #fetch(path: string, { maxBytes }: Format<unknown>, deadlineMs: number): Promise<Buffer> {
    const { fetchFile } = await import('../on-demand.ts');
    const url = `${this.#trust.config.registry.url.replace(/\/$/u, '')}/${path}`;
    return fetchFile(url, { maxBytes, signal: AbortSignal.timeout(deadlineMs) });
  }

  async #keep(path: string, bytes: Uint8Array): Promise<void> {
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const { writeFileAtomic } = await import('../on-demand.ts');
      await writeFileAtomic(path, Buffer.from(bytes), { mode: 0o600 });
    } catch (error) {
      throw asDiskFailure(error, path);
    }
  }
}

function checkDigest(bytes: Uint8Array, digest: string, what: string, remedy: string): void {
  const actual = sha256(bytes);
  if (actual !== digest) throw new Refusal('E_DIGEST', `${what} has the digest ${actual}, not ${digest}`, remedy);
}

function notApproved(name: string, status: VerifiedStatus): Refusal {
  const known = [...status.records.keys()];
  return new Refusal(
    'E_NOT_APPROVED',
    `no server ${JSON.stringify(name)} is approved${didYouMean(name, known)}`,
    `run \`countersign list\` for those that are; ${recordPath('<name>')} comes from a reviewed pull request`,
  );
}
