import { setTimeout } from 'node:timers/promises';

/** The time while GitHub is asked. It is handed in, so that a test decides how it passes. */
export interface Clock {
  readonly now: () => Date;
  /** Rejects where the signal ends it. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  /** A signal that aborts after this time. */
  readonly deadline: (ms: number) => AbortSignal;
}

export const systemClock: Clock = {
  now: () => new Date(),
  pause: (ms, signal) => setTimeout(ms, undefined, { signal }),
  deadline: (ms) => AbortSignal.timeout(ms),
};
