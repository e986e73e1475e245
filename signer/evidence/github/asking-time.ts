/** How long all questions of one run may take together. Time in which nothing is asked does not count. */
import type { Clock } from './clock.ts';

export interface AskingTime {
  /** Asks with a signal that aborts where the time is used up. */
  readonly within: <T>(ask: (end: AbortSignal) => Promise<T>) => Promise<T>;
}

export function askingTime({ now, deadline }: Pick<Clock, 'now' | 'deadline'>, maxMs: number): AskingTime {
  let leftMs = maxMs;
  let asking = 0;
  let since = 0;
  let end = AbortSignal.abort();
  return {
    within: async (ask) => {
      if (asking++ === 0) {
        since = now().getTime();
        end = leftMs > 0 ? deadline(leftMs) : AbortSignal.abort();
      }
      try {
        return await ask(end);
      } finally {
        if (--asking === 0) leftMs -= Math.max(now().getTime() - since, 0);
      }
    },
  };
}
