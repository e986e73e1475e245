import { expect, test } from 'vitest';
import { isCanonicalSignature } from './ecdsa.ts';

/** The order of P-256's group (SP 800-186, 3.2.1.3). */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** The contents of an INTEGER in the shortest form, or of a negative one where the top bit is asked for. */
function digits(value: bigint): Buffer {
  const text = value.toString(16);
  const bytes = Buffer.from(text.length % 2 === 0 ? text : `0${text}`, 'hex');
  return (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
}

const integer = (contents: Buffer): Buffer => Buffer.concat([Buffer.from([0x02, contents.byteLength]), contents]);

const sequence = (...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([0x30, body.byteLength]), body]);
};

const der = (r: bigint, s: bigint): Buffer => sequence(integer(digits(r)), integer(digits(s)));

const r = 0xf1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367n;
const s = 0x019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083n;

test.each([
  ['with a long r and a short s', der(r, s)],
  ['with numbers of one byte', der(1n, 1n)],
  ['with the highest s that counts as low', der(r, order / 2n)],
  ['with a small second byte', der(0x0101n, 0x0101n)],
  ['with a number that needs a leading zero', der(0x80n, 0x80n)],
])('accepts a signature %s', (_, signature) => {
  expect(isCanonicalSignature(signature)).toBe(true);
});

test.each([
  ['the lowest s that counts as high', der(r, order / 2n + 1n)],
  ['the other s of a valid signature', der(r, order - s)],
  ['r as zero', der(0n, s)],
  ['another length than it has', Buffer.concat([Buffer.from([0x30, 0x01]), der(r, s).subarray(2)])],
  ['s as zero', der(r, 0n)],
  ['a negative r', sequence(integer(Buffer.from([0x80])), integer(digits(s)))],
  ['a negative s', sequence(integer(digits(r)), integer(Buffer.from([0xff, 0x01])))],
  ['a needless zero before r', sequence(integer(Buffer.from([0, 1])), integer(digits(s)))],
  ['a needless zero before s', sequence(integer(digits(r)), integer(Buffer.concat([Buffer.from([0]), digits(s)])))],
  ['r without contents', sequence(integer(Buffer.alloc(0)), integer(digits(s)))],
  ['s without contents', sequence(integer(digits(r)), integer(Buffer.alloc(0)))],
  ['r longer than 33 bytes', sequence(integer(Buffer.alloc(34, 1)), integer(digits(s)))],
  ['a byte after it', Buffer.concat([der(r, s), Buffer.from([0])])],
  ['a byte after s, inside the sequence', sequence(integer(digits(r)), integer(digits(s)), Buffer.from([0]))],
  ['a third number', sequence(integer(digits(r)), integer(digits(s)), integer(digits(1n)))],
  ['one number alone', sequence(integer(digits(r)))],
  ['its last byte cut off', der(r, s).subarray(0, -1)],
  ['another tag outside', Buffer.concat([Buffer.from([0x31]), der(r, s).subarray(1)])],
  [
    'another tag inside',
    sequence(integer(digits(r)), Buffer.concat([Buffer.from([0x03]), integer(digits(s)).subarray(1)])),
  ],
  ['the raw form, r and s beside each other', Buffer.alloc(64, 1)],
  ['no bytes', Buffer.alloc(0)],
  ['a sequence of nothing', Buffer.from([0x30, 0])],
])('refuses a signature with %s', (_, signature) => {
  expect(isCanonicalSignature(signature)).toBe(false);
});

test('refuses the long form of a length', () => {
  const short = der(r, s);
  const long = Buffer.concat([Buffer.from([0x30, 0x81, short.byteLength - 2]), short.subarray(2)]);
  expect(isCanonicalSignature(long)).toBe(false);
  const longInside = sequence(
    Buffer.concat([Buffer.from([0x02, 0x81, digits(r).byteLength]), digits(r)]),
    integer(digits(s)),
  );
  expect(isCanonicalSignature(longInside)).toBe(false);
});

test('refuses the indefinite form of a length', () => {
  const short = der(r, s);
  const indefinite = Buffer.concat([Buffer.from([0x30, 0x80]), short.subarray(2), Buffer.alloc(2)]);
  expect(isCanonicalSignature(indefinite)).toBe(false);
});
