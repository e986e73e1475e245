/** Asks again, while a server runs, whether it may still run. */
import { messageOf } from '../../core/failure.ts';
import { Refusal } from '../../core/refusal.ts';
import { say } from '../output.ts';

export interface Watching {
  /** @throws Refusal where the server may no longer run */
  readonly check: () => Promise<void>;
  readonly everyMs: number;
  /** How long a server may run while `check` comes to no answer at all. */
  readonly withoutAnswerMs: number;
}

/** Aborts with the Refusal that `check` throws. Ends with the returned function. */
export function watch({ check, everyMs, withoutAnswerMs }: Watching, stop: AbortController): () => void {
  let timer: NodeJS.Timeout;
  let ended = false;
  let silentMs = 0;
  const unknown = (error: unknown): void => {
    const why = `whether the server may still run could not be checked: ${messageOf(error)}`;
    silentMs += everyMs;
    if (silentMs > withoutAnswerMs)
      stop.abort(new Refusal('E_EXPIRED', why, 'run `countersign doctor`', { cause: error }));
    else say(`countersign: ${why}`);
  };
  const again = (): void => {
    timer = setTimeout(() => {
      check()
        .then(
          () => void (silentMs = 0),
          (error: unknown) => (error instanceof Refusal ? stop.abort(error) : unknown(error)),
        )
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
