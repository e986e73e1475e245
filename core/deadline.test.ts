import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { withDeadline } from './deadline.ts';

const never = (): Promise<never> => new Promise(() => undefined);

test('gives what the task gives', async () => {
  await expect(withDeadline(60_000, () => Promise.resolve('done'))).resolves.toBe('done');
  await expect(withDeadline(60_000, () => Promise.reject(new Error('its own')))).rejects.toThrow('its own');
});

test('a task that ignores the signal is not waited for', async () => {
  let signal: AbortSignal | undefined;
  const late = withDeadline(1, (given) => {
    signal = given;
    return never();
  });
  await expect(late).rejects.toMatchObject({ name: 'TimeoutError' });
  expect(signal?.aborted).toBe(true);
});

test('a task that ends in time leaves no timer', async () => {
  const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const before = timers();
  let [within, listeners] = [0, 0];
  await withDeadline(60_000, (signal) => {
    [within, listeners] = [timers(), getEventListeners(signal, 'abort').length];
    return Promise.resolve();
  });
  expect([within - before, timers() - before, listeners]).toEqual([1, 0, 0]);
});
