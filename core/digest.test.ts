import { expect, test } from 'vitest';
import { integrityOf, sha256, sha512, sha512OfIntegrity } from './digest.ts';
import { daysAfter, toSecond } from './time.ts';

const abc = Buffer.from('abc');

// FIPS 180-4's example.
test('hashes', () => {
  expect(sha256(abc)).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(sha256('abc')).toBe(sha256(abc));
  expect(sha512(abc)).toMatch(/^ddaf35a193617abacc417349ae204131[0-9a-f]{96}$/u);
});

test('turns an integrity into hexadecimal and back', () => {
  expect(integrityOf(abc)).toMatch(/^sha512-[A-Za-z0-9+/]{86}==$/u);
  expect(sha512OfIntegrity(integrityOf(abc))).toBe(sha512(abc));
});

test('writes moments in UTC to the second, and adds whole days', () => {
  const moment = new Date('2026-02-27T23:59:59.999Z');
  expect(toSecond(moment)).toBe('2026-02-27T23:59:59Z');
  expect(toSecond(daysAfter(moment, 2))).toBe('2026-03-01T23:59:59Z');
});
