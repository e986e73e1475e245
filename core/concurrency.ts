/**
 * Runs a task for every item, a few at a time, and returns the results in order. After a failure no other task starts;
 * it is thrown once all running tasks have ended, so that nothing still runs while the caller cleans up.
 */
export async function mapConcurrently<T, R>(
  items: readonly T[],
  atOnce: number,
  task: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  let failed = false;
  const work = async (): Promise<void> => {
    while (next < items.length && !failed) {
      const index = next++;
      try {
        results[index] = await task(items[index] as T, index);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const workers = await Promise.allSettled(Array.from({ length: Math.min(atOnce, items.length) }, work));
  const failure = workers.find((worker) => worker.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
  return results;
}
