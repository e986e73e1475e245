/** Forwards again and again while something else goes on, and once more when that has ended. */
import { setTimeout } from 'node:timers/promises';

export interface ForwardTimes {
  /** Before the first try: a start is not slowed down. */
  readonly firstMs: number;
  /** Between tries; doubled after each that fails. */
  readonly pauseMs: number;
  readonly maxPauseMs: number;
  /** For the last try. */
  readonly lastMs: number;
}

/** Sends what waits. */
export type ForwardOnce = (signal: AbortSignal) => Promise<unknown>;

/** Gives what `work` gives. `onFailure` hears of the first failure of each outage; nothing else comes of one. */
export async function forwardWhile<T>(
  once: ForwardOnce,
  work: () => Promise<T>,
  times: ForwardTimes,
  onFailure: (error: unknown) => void,
): Promise<T> {
  const ended = new AbortController();
  const loop = repeat(once, ended.signal, times, onFailure);
  try {
    return await work();
  } finally {
    ended.abort();
    await loop;
    await once(AbortSignal.timeout(times.lastMs)).catch(() => undefined);
  }
}

async function repeat(
  once: ForwardOnce,
  ended: AbortSignal,
  { firstMs, pauseMs, maxPauseMs }: ForwardTimes,
  onFailure: (error: unknown) => void,
): Promise<void> {
  let pause = firstMs;
  let failing = false;
  while (await waited(pause, ended))
    try {
      await once(ended);
      failing = false;
      pause = pauseMs;
    } catch (error) {
      if (!failing && !ended.aborted) onFailure(error);
      pause = failing ? Math.min(pause * 2, maxPauseMs) : pauseMs;
      failing = true;
    }
}

/** False if it ended meanwhile. */
const waited = (ms: number, ended: AbortSignal): Promise<boolean> =>
  setTimeout(ms, true, { signal: ended, ref: false }).catch(() => false);
