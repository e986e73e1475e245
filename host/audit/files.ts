/** The files of the trail: the one that grows, and the full ones in the order in which they were moved away. */
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { systemCode } from '../../core/failure.ts';
import { takeLock } from '../process-lock.ts';

/** Where the trail of this account lies. */
export interface TrailPlace {
  /** What events are appended to. */
  readonly file: string;
  /** The full files, and what is known of forwarding. */
  readonly folder: string;
}

/** How long and how much of the trail is kept. */
export interface Keeping {
  readonly days: number;
  readonly bytes: number;
}

export interface FullFile {
  readonly path: string;
  /** From 1, in the order in which they were moved away. */
  readonly number: number;
}

const fullName = /^(?<number>\d{8})-[0-9a-f]{8}\.jsonl$/u;

/** The full files, the oldest first. */
export function fullFiles({ folder }: TrailPlace): FullFile[] {
  return namesIn(folder)
    .sort()
    .flatMap((name) => {
      const number = fullName.exec(name)?.groups?.number;
      return number === undefined ? [] : [{ path: join(folder, name), number: Number(number) }];
    });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/**
 * Moves the file away if it has `fullBytes`, and deletes what need not be kept. Another process that has it open appends
 * one more line to it at most. If another process moves it just now, nothing is done.
 */
export function rotate(place: TrailPlace, fullBytes: number, keeping: Keeping, now: Date): void {
  openFolder(place);
  const lock = takeLock(join(place.folder, 'rotating'), now, rotationMs);
  if (lock === undefined) return;
  try {
    const found = lstatSync(place.file, { throwIfNoEntry: false });
    if (found === undefined || found.size < fullBytes) return;
    const number = (fullFiles(place).at(-1)?.number ?? 0) + 1;
    // Random, so that no file is ever replaced by another one.
    const name = `${String(number).padStart(8, '0')}-${randomBytes(4).toString('hex')}.jsonl`;
    renameSync(place.file, join(place.folder, name));
    prune(place, keeping, now);
  } catch (error) {
    // Another process took the same lock for stale at the same moment, and moved or deleted the file first.
    if (systemCode(error) !== 'ENOENT' || !existsSync(place.folder)) throw error;
  } finally {
    lock.release();
  }
}

const rotationMs = 60_000;

/** Makes the folder of the full files. The folder above must be there. */
export function openFolder({ folder }: TrailPlace): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return;
    throw error;
  }
  // A new folder takes the setgid bit from the one above it.
  chmodSync(folder, 0o700);
}

/** Deletes full files from the oldest on: those that are too old, and those for which there is no room. */
function prune(place: TrailPlace, { days, bytes }: Keeping, now: Date): void {
  const files = fullFiles(place).map(({ path }) => ({ path, found: lstatSync(path) }));
  let kept = files.reduce((sum, { found }) => sum + found.size, 0);
  for (const { path, found } of files) {
    const tooOld = now.getTime() - found.mtimeMs > days * 86_400_000;
    if (!tooOld && kept <= bytes) return;
    rmSync(path, { force: true });
    kept -= found.size;
  }
}
