import { createHash } from 'node:crypto';

/** Gives a whole number from 0 up to, and without, `below`. */
export type Random = (below: number) => number;

/** The same numbers for the same seed, whatever was drawn elsewhere (mulberry32). */
export function randomOf(seed: string): Random {
  let state = createHash('sha256').update(seed).digest().readUInt32LE();
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** @throws RangeError where there is nothing to choose from */
export function oneOf<T>(random: Random, items: readonly T[]): T {
  const [item] = items.slice(random(items.length));
  if (item === undefined) throw new RangeError('nothing to choose from');
  return item;
}
