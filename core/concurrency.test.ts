import { expect, test } from 'vitest';
import { mapConcurrently } from './concurrency.ts';

test('gives the results in the order of the items, whichever ends first', async () => {
  const last = Promise.withResolvers<void>();
  const results = await mapConcurrently(['a', 'b', 'c'], 3, async (item, index) => {
    if (index === 2) last.resolve();
    else await last.promise;
    return `${item}${index}`;
  });
  expect(results).toEqual(['a0', 'b1', 'c2']);
});

test('runs as many at one time as it may, and no more', async () => {
  let running = 0;
  let most = 0;
  await mapConcurrently(Array.from({ length: 20 }), 4, async () => {
    most = Math.max(most, ++running);
    await Promise.resolve();
    running--;
  });
  expect(most).toBe(4);
});

test('starts nothing more after a failure, and fails with it', async () => {
  const started: number[] = [];
  const work = mapConcurrently([0, 1, 2, 3, 4, 5], 2, async (item) => {
    started.push(item);
    await Promise.resolve();
    if (item === 1) throw new Error('the second failed');
  });
  await expect(work).rejects.toThrow('the second failed');
  await new Promise((resolve) => setImmediate(resolve));
  expect(started.length).toBeLessThanOrEqual(3);
});

test('does nothing with nothing', async () => {
  await expect(mapConcurrently([], 4, () => Promise.reject(new Error('never')))).resolves.toEqual([]);
});

test('takes undefined for an item like any other', async () => {
  await expect(mapConcurrently([undefined, 1], 1, (item) => Promise.resolve(item))).resolves.toEqual([undefined, 1]);
});
