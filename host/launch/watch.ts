/** Asks again, while a server runs, whether it may still run. */
import { messageOf } from '../../core/failure.ts';
import { Refusal } from '../../core/refusal.ts';
import { say } from '../output.ts';

/**
 * Calls `check` in the given interval until it throws a Refusal, and aborts with that. Another failure is no answer of the registry:
 * how long a server may run without one, `check` itself decides. Ends with the returned function.
 */
export function watch(check: () => Promise<void>, everyMs: number, stop: AbortController): () => void {
  let timer: NodeJS.Timeout;
  let ended = false;
  const again = (): void => {
    timer = setTimeout(() => {
      check()
        .catch((error: unknown) => {
          if (error instanceof Refusal) stop.abort(error);
          else say(`countersign: whether the server may still run could not be checked: ${messageOf(error)}`);
        })
        .finally(() => {
          if (!ended && !stop.signal.aborted) again();
        });
    }, everyMs);
    timer.unref();
  };
  again();
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}
