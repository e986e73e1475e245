import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Failure } from '../../core/failure.ts';
import { Refusal } from '../../core/refusal.ts';
import { watch } from './watch.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const revoked = new Refusal('E_REVOKED', 'it was revoked', 'use another');

test('asks in each interval until the server may no longer run, and stops it with the reason', async () => {
  const stop = new AbortController();
  const check = vi.fn<() => Promise<void>>().mockResolvedValueOnce().mockRejectedValueOnce(revoked);
  watch({ check, everyMs: 1_000, withoutAnswerMs: 3_000 }, stop);
  await vi.advanceTimersByTimeAsync(999);
  expect(check).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect([check.mock.calls.length, stop.signal.aborted]).toEqual([1, false]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect([check.mock.calls.length, stop.signal.reason]).toEqual([2, revoked]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(check).toHaveBeenCalledTimes(2);
});

test('asks again where there was no answer, and stops where there was none for too long', async () => {
  const stop = new AbortController();
  const failure = new Failure('not-readable', 'the store is gone', 'try again');
  const check = vi.fn<() => Promise<void>>().mockRejectedValue(failure);
  watch({ check, everyMs: 1_000, withoutAnswerMs: 3_000 }, stop);
  await vi.advanceTimersByTimeAsync(2_000);
  check.mockResolvedValueOnce();
  await vi.advanceTimersByTimeAsync(4_000);
  expect([check.mock.calls.length, stop.signal.aborted]).toEqual([6, false]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(stop.signal.reason).toMatchObject({ code: 'E_EXPIRED', cause: failure });
});

test('asks no more once it is told to end', async () => {
  const check = vi.fn<() => Promise<void>>().mockResolvedValue();
  const end = watch({ check, everyMs: 1_000, withoutAnswerMs: 3_000 }, new AbortController());
  end();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(check).not.toHaveBeenCalled();
});
