/** A file that says that a process does what only one may do at a time. It is believed for as long as the process renews it. */
import { closeSync, lstatSync, openSync, rmSync, utimesSync } from 'node:fs';
import { systemCode } from '../core/failure.ts';

export interface Lock {
  /** Must be called more often than a lock grows stale. */
  readonly renew: (now: Date) => void;
  readonly release: () => void;
}

/**
 * Takes a lock, or returns nothing if another process has it. A lock that was not renewed for `staleMs` is of a process
 * that was killed. One that lies as far in the future is stale too: the clock was set back. Two processes that find the
 * same stale lock at the same moment may both take it; what is done under a lock must stand that.
 */
export function takeLock(path: string, now: Date, staleMs: number): Lock | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found !== undefined) {
    if (Math.abs(now.getTime() - found.mtimeMs) < staleMs) return undefined;
    rmSync(path, { force: true });
  }
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return undefined;
    throw error;
  }
  const renew = (at: Date): void => {
    try {
      utimesSync(path, at, at);
    } catch (error) {
      // Another process took it for stale.
      if (systemCode(error) !== 'ENOENT') throw error;
    }
  };
  renew(now);
  return { renew, release: () => rmSync(path, { force: true }) };
}
