import { expect, test } from 'vitest';
import { growthOf, nearlyLinear } from './growth.ts';

/** Some work that no compiler leaves out. */
function rounds(count: number): number {
  let sum = 0;
  for (let index = 0; index < count; index++) sum = Math.imul(sum ^ index, 16_777_619);
  return sum;
}

test('tells work that grows with its size from work that grows with the square of it', async () => {
  expect(await growthOf((size) => rounds(size * 1_000), 200)).toBeLessThan(nearlyLinear);
  expect(await growthOf((size) => rounds(size * size), 450)).toBeGreaterThan(nearlyLinear);
});
