import { expect, test } from 'vitest';
import { forwardWhile, type ForwardTimes } from './forward-while.ts';

const times: ForwardTimes = { firstMs: 1, pauseMs: 1, maxPauseMs: 4, lastMs: 1000 };

test('forwards while something else goes on, and once more when it has ended', async () => {
  const order: string[] = [];
  const enough = Promise.withResolvers<void>();
  const once = async (): Promise<void> => {
    order.push('forward');
    if (order.length === 3) enough.resolve();
  };
  const work = async (): Promise<number> => {
    await enough.promise;
    order.push('ended');
    return 7;
  };
  expect(await forwardWhile(once, work, times, () => undefined)).toBe(7);
  expect(order.slice(0, 3)).toEqual(['forward', 'forward', 'forward']);
  expect(order.at(-1)).toBe('forward');
  expect(order.at(-2)).toBe('ended');
});

test('tells of an outage once, tries again, and fails nothing for it', async () => {
  const enough = Promise.withResolvers<void>();
  const told: unknown[] = [];
  let tries = 0;
  const once = async (): Promise<void> => {
    if (++tries === 5) enough.resolve();
    throw new Error('down');
  };
  await forwardWhile(
    once,
    () => enough.promise,
    times,
    (error) => told.push(error),
  );
  expect(told).toEqual([new Error('down')]);
});

test('throws what the work throws, after a last try', async () => {
  let tries = 0;
  const once = async (): Promise<void> => void tries++;
  const work = (): Promise<never> => Promise.reject(new Error('the server could not start'));
  await expect(forwardWhile(once, work, { ...times, firstMs: 60_000 }, () => undefined)).rejects.toThrow('the server');
  expect(tries).toBe(1);
});

test('lets the work neither wait for a collector that never answers, nor for long at its end', async () => {
  let aborted = 0;
  const never = (signal: AbortSignal): Promise<never> =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        aborted++;
        reject(new Error('aborted'));
      });
    });
  const asked = Promise.withResolvers<void>();
  const once = (signal: AbortSignal): Promise<never> => {
    asked.resolve();
    return never(signal);
  };
  const work = async (): Promise<number> => {
    await asked.promise;
    return 7;
  };
  expect(await forwardWhile(once, work, { ...times, lastMs: 1 }, () => undefined)).toBe(7);
  // The try that went on, and the last one.
  expect(aborted).toBe(2);
});
