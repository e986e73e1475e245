/** The audit log: what this account's hosts did, one line for each event. */
import { randomBytes } from 'node:crypto';
import { closeSync, fstatSync, lstatSync, openSync, readSync } from 'node:fs';
import { dirname } from 'node:path';
import { asDiskFailure } from '../../core/disk.ts';
import { sha256 } from '../../core/digest.ts';
import { Failure, systemCode } from '../../core/failure.ts';
import { auditFileBytes, maxAuditLineBytes } from '../../core/limits.ts';
import { openFlags } from '../../core/regular-file.ts';
import type { AuditEvent } from '../../schemas/types.ts';
import { Chain, nothingBefore } from './chain.ts';
import { bounded, whoAndWhere, type Audited } from './event.ts';
import { AppendFile } from './file.ts';
import { fullFiles, rotate, type Keeping, type TrailPlace } from './files.ts';

/** Nothing is opened or written before the first event. The folder that the file lies in must be there. */
export class AuditLog {
  readonly #place: TrailPlace;
  readonly #keeping: Keeping;
  readonly #now: () => Date;
  readonly #file: AppendFile;
  readonly #fullBytes: number;
  #chain: Chain | undefined;
  #who: ReturnType<typeof whoAndWhere> | undefined;

  /** `fullBytes` is the size at which a file is moved away. */
  constructor(place: TrailPlace, keeping: Keeping, now: () => Date, fullBytes = auditFileBytes) {
    this.#place = place;
    this.#keeping = keeping;
    this.#now = now;
    this.#file = new AppendFile(place.file);
    this.#fullBytes = fullBytes;
  }

  /** Writes an event of what failed, if it can: the reason, which the caller throws, is more important than that it was written down. */
  appendFailure(event: Audited): void {
    try {
      this.append(event);
    } catch {
      // Nothing was done that must not happen unwritten.
    }
  }

  /**
   * Writes an event, at once and without waiting for anything but the disk. What cannot be written down must not
   * happen, or must be told: the caller decides.
   * @throws Refusal E_STORE; Failure `disk-full`, `not-writable`, `store-gone`. Then nothing is written, and the next event takes the
   * number of this one.
   */
  append(event: Audited): void {
    try {
      const now = this.#now();
      if (this.#file.size >= this.#fullBytes) rotate(this.#place, this.#fullBytes, this.#keeping, now);
      this.#chain ??= new Chain(randomBytes(16).toString('hex'), lastLineDigest(this.#place));
      const line: AuditEvent = {
        schemaVersion: 1,
        time: now.toISOString(),
        ...this.#chain.next,
        ...bounded({ ...event, ...(this.#who ??= whoAndWhere()) }),
      };
      const text = JSON.stringify(line);
      this.#file.append(text);
      this.#chain.wrote(text);
    } catch (error) {
      throw isFolderGone(error, this.#place) ? folderGone(this.#place, error) : asDiskFailure(error, this.#place.file);
    }
  }

  /** Closes the file. An event after that opens it again. */
  close(): void {
    this.#file.close();
  }
}

/** Somebody deleted the folder that the trail lies in, and with it what runs. */
const isFolderGone = (error: unknown, { file }: TrailPlace): boolean =>
  systemCode(error) === 'ENOENT' && lstatSync(dirname(file), { throwIfNoEntry: false }) === undefined;

const folderGone = ({ file }: TrailPlace, cause: unknown): Failure =>
  new Failure(
    'store-gone',
    `${dirname(file)} was deleted, and with it what was installed`,
    'start the server again: what it needs is fetched again',
    { cause },
  );

/** The SHA-256 of the last whole line of the trail, whatever it is. */
function lastLineDigest(place: TrailPlace): string {
  const files = [place.file, fullFiles(place).at(-1)?.path];
  for (const file of files) {
    const line = file === undefined ? undefined : lastLine(file);
    if (line !== undefined) return sha256(line);
  }
  return nothingBefore;
}

function lastLine(path: string): Buffer | undefined {
  let descriptor;
  try {
    descriptor = openSync(path, openFlags);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const { size } = fstatSync(descriptor);
    const tail = Buffer.alloc(Math.min(size, 2 * maxAuditLineBytes));
    readSync(descriptor, tail, 0, tail.byteLength, size - tail.byteLength);
    const lines = tail.subarray(0, tail.lastIndexOf('\n') + 1);
    // Without its own end, and without empty lines after it.
    let end = lines.byteLength;
    while (end > 0 && lines[end - 1] === newline) end--;
    return end === 0 ? undefined : lines.subarray(lines.subarray(0, end).lastIndexOf('\n') + 1, end);
  } finally {
    closeSync(descriptor);
  }
}

const newline = 0x0a;
