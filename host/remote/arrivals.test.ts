import { expect, test } from 'vitest';
import { maxHeldBytes } from '../../core/limits.ts';
import { Arrivals } from './arrivals.ts';

const line = (text: string): Uint8Array => Buffer.from(text);

test('whoever gives a message waits until it was dealt with', async () => {
  const arrivals = new Arrivals();
  const done: string[] = [];
  const first = arrivals.put(line('a')).then(() => done.push('a was taken'));
  const all = arrivals.all();
  expect(await all.next()).toEqual({ done: false, value: { kind: 'line', line: line('a') } });
  expect(done).toEqual([]);
  const second = all.next();
  await first;
  arrivals.close();
  expect([done, await second]).toEqual([['a was taken'], { done: true, value: undefined }]);
  await arrivals.put(line('b'));
});

test('holds no more than its limit, of all answers together', () => {
  const arrivals = new Arrivals();
  arrivals.hold(maxHeldBytes);
  arrivals.free(1);
  arrivals.hold(1);
  expect(() => arrivals.hold(1)).toThrow('bytes at one time');
});
