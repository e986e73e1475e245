/** Time that passes only in pauses, and where a test says so. No test waits for it. */
import type { Clock } from '../../signer/evidence/github/clock.ts';

export interface VirtualClock extends Clock {
  /** How long each pause was, in milliseconds. */
  readonly pauses: number[];
  /** Lets time pass: every deadline that it reaches aborts. */
  readonly pass: (ms: number) => void;
  /** Sets the time; deadlines keep what is left to them. */
  readonly set: (now: Date) => void;
}

export function virtualClock(start: Date): VirtualClock {
  const pauses: number[] = [];
  let passed = 0;
  let begin = start.getTime();
  let deadlines: { readonly end: number; readonly controller: AbortController }[] = [];
  const pass = (ms: number): void => {
    passed += ms;
    const reached = deadlines.filter(({ end }) => end <= passed);
    deadlines = deadlines.filter(({ end }) => end > passed);
    for (const { controller } of reached) controller.abort(new DOMException('time is over', 'TimeoutError'));
  };
  return {
    pauses,
    pass,
    set: (now) => void (begin = now.getTime() - passed),
    now: () => new Date(begin + passed),
    pause: async (ms, signal) => {
      pauses.push(ms);
      pass(ms);
      signal.throwIfAborted();
    },
    deadline: (ms) => {
      const controller = new AbortController();
      deadlines.push({ end: passed + ms, controller });
      return controller.signal;
    },
  };
}
