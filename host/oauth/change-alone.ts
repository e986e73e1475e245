import { setTimeout as wait } from 'node:timers/promises';
import { asDiskFailure } from '../../core/disk.ts';
import { Failure } from '../../core/failure.ts';
import { renewTimes } from '../../core/limits.ts';
import { takeLock, type Lock } from '../process-lock.ts';

export interface Waiting {
  readonly now: () => Date;
  readonly pause: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** The clock of this machine, and its timers. */
export const waiting: Waiting = {
  now: () => new Date(),
  pause: async (ms, signal) => wait(ms, undefined, { ...(signal !== undefined && { signal }) }),
};

/**
 * Does something while no other process of this account changes the same sign-in: a refresh token is often good for one use, and a
 * second use ends the sign-in.
 * @throws Failure `sign-in-busy`, and what `task` throws
 */
export async function changeAlone<T>(path: string, { now, pause }: Waiting, task: () => Promise<T>): Promise<T> {
  const until = now().getTime() + renewTimes.waitMs;
  let lock: Lock | undefined;
  while ((lock = taken(path, now())) === undefined) {
    if (now().getTime() >= until)
      throw new Failure('sign-in-busy', 'another process is changing this sign-in', `try again, or delete ${path}`);
    await pause(renewTimes.pauseMs);
  }
  try {
    return await task();
  } finally {
    lock.release();
  }
}

function taken(path: string, now: Date): Lock | undefined {
  try {
    return takeLock(path, now, renewTimes.staleMs);
  } catch (error) {
    throw asDiskFailure(error, path);
  }
}
