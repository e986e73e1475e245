import { expect, test } from 'vitest';
import { digestParts } from './digests.ts';

const hex = 'ab'.repeat(32);
const integrity = `sha512-${'Ab+/'.repeat(21)}aa==`;

test.each([
  [hex, [hex]],
  [`SHA-256 ${hex}`, [hex]],
  [`oci://example.com/mail@sha256:${hex}, and ${integrity}.`, [`sha256:${hex}`, integrity]],
  [`was ${hex}\n${hex}`, [hex, hex]],
  ['', []],
  ['sha256 of 3f9a', []],
  [`x${hex}`, []],
  [`${hex}z`, []],
])('in %j', (text, digests) => {
  const parts = digestParts(text);
  expect(parts.filter(({ isDigest }) => isDigest).map((part) => part.text)).toEqual(digests);
  expect(parts.map((part) => part.text).join('')).toBe(text);
});
