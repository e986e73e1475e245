/**
 * Gives a task its time, then aborts it and waits no longer, even if it ignores that. After a task that ended in time
 * nothing is left: the timer of an `AbortSignal.timeout` would keep all that the task held in memory until it fires.
 * @throws DOMException `TimeoutError`
 */
export async function withDeadline<T>(ms: number, task: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const reason = new DOMException(`there was no answer within ${ms} ms`, 'TimeoutError');
    controller.abort(reason);
    late.reject(reason);
  }, ms);
  try {
    return await Promise.race([task(controller.signal), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
