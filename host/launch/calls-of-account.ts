/**
 * How often all processes of an account called a server in this minute. Each call is one byte at the end of a file, so that the size of
 * the file is the count: nobody waits for a lock, and a process that is killed leaves none behind.
 */
import { closeSync, constants, fstatSync, mkdirSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const minuteMs = 60_000;
const one = Buffer.from('.');

export class CallsOfAccount {
  readonly #folder: string;
  readonly #most: number;
  readonly #now: () => number;
  #minute: number | undefined;
  #file: number | undefined;

  /** `folder` is of one server alone. `now` is the time of day in milliseconds, which all processes share. */
  constructor(folder: string, most: number, now: () => number) {
    this.#folder = folder;
    this.#most = most;
    this.#now = now;
  }

  /**
   * Counts one call. Returns after how many milliseconds there may be one again; 0 if there may be one now. Processes that count in
   * the same moment can pass the bound by one each. Where nothing can be counted, no call is refused for it.
   */
  take(): number {
    const now = this.#now();
    const minute = Math.floor(now / minuteMs);
    try {
      if (minute !== this.#minute) this.#begin(minute);
      if (this.#file === undefined) return 0;
      if (fstatSync(this.#file).size >= this.#most) return (minute + 1) * minuteMs - now;
      writeSync(this.#file, one);
    } catch {
      // A full disk, or a store that was deleted, refuses calls by the audit log. Each process still counts its own.
    }
    return 0;
  }

  #begin(minute: number): void {
    this.#minute = minute;
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(this.#folder))
      if (Number(name) < minute) rmSync(join(this.#folder, name), { force: true });
    // Windows does not have the last flag.
    const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;
    this.#file = openSync(join(this.#folder, `${minute}`), O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
  }
}
