import { oneOf, type Random } from './random.ts';

type Edit = (bytes: Buffer, random: Random) => Buffer;

/** A range of up to 16 bytes. */
function range(bytes: Buffer, random: Random): [from: number, to: number] {
  const from = random(bytes.byteLength);
  return [from, Math.min(bytes.byteLength, from + 1 + random(random(4) === 0 ? 16 : 1))];
}

const without = (bytes: Buffer, from: number, to: number, ...instead: Uint8Array[]): Buffer =>
  Buffer.concat([bytes.subarray(0, from), ...instead, bytes.subarray(to)]);

const edits: readonly Edit[] = [
  function flipsABit(bytes, random) {
    const at = random(bytes.byteLength);
    return without(bytes, at, at + 1, Buffer.of((bytes[at] ?? 0) ^ (1 << random(8))));
  },
  function overwrites(bytes, random) {
    const at = random(bytes.byteLength);
    return without(bytes, at, at + 1, Buffer.of(random(256)));
  },
  function inserts(bytes, random) {
    const at = random(bytes.byteLength + 1);
    const most = random(4) === 0 ? 8 : 1;
    // What JSON is made of is likelier to leave JSON.
    const byte = (): number => (random(2) === 0 ? random(256) : ' \n\t"{}[],:0-e\\'.charCodeAt(random(14)));
    return without(bytes, at, at, Uint8Array.from({ length: 1 + random(most) }, byte));
  },
  (bytes, random) => without(bytes, ...range(bytes, random)),
  function duplicates(bytes, random) {
    const [from, to] = range(bytes, random);
    return without(bytes, to, to, bytes.subarray(from, to));
  },
  function swaps(bytes, random) {
    const [one, other] = [random(bytes.byteLength), random(bytes.byteLength)];
    const copy = Buffer.from(bytes);
    [copy[one], copy[other]] = [bytes[other] ?? 0, bytes[one] ?? 0];
    return copy;
  },
  (bytes, random) => bytes.subarray(0, random(bytes.byteLength)),
];

/** Other bytes, as a disk, a network or somebody with a hex editor might make them of these; rarely the same ones. */
export const mutateBytes: Edit = (bytes, random) =>
  bytes.byteLength === 0 ? Buffer.of(random(256)) : oneOf(random, edits)(bytes, random);
