import { expect, test } from 'vitest';
import { coversEgress, coversHost, egressOverlaps } from './hosts.ts';

test.each([
  ['api.example.com:443', 'api.example.com:443', true],
  ['*:443', 'api.example.com:443', true],
  ['*:*', '*:443', true],
  ['*.example.com:443', 'api.example.com:443', true],
  ['*.example.com:443', 'a.b.example.com:443', true],
  ['*.example.com:443', '*.b.example.com:443', true],
  ['api.example.com:*', 'api.example.com:22', true],
  ['*.example.com:443', 'example.com:443', false],
  ['*.example.com:443', 'api.badexample.com:443', false],
  ['*.example.com:443', '*:443', false],
  ['*:443', 'api.example.com:*', false],
  ['api.example.com:443', 'api.example.com:80', false],
  ['api.example.com:443', '*.example.com:443', false],
  ['api.example.com:443', 'undefined:443', false],
  ['*.Example.com:443', 'API.example.com.:0443', true],
  ['127.0.0.1:80', '0x7f.1:80', true],
  ['[::1]:80', '[0:0::1]:80', true],
  // No address, and compared as it is written.
  ['256.0.0.1:80', '256.0.0.1:80', true],
])('%s holds %s: %s', (wide, narrow, holds) => {
  expect(coversEgress(wide, narrow)).toBe(holds);
});

test.each([
  ['registry.example.com', 'Registry.example.com.', true],
  ['registry.example.com:5000', 'registry.example.com:5000', true],
  ['registry.example.com', 'registry.example.com:5000', false],
  ['*.example.com', 'a.example.com', true],
  ['*.example.com', 'a.example.com:5000', false],
  ['*.example.com', 'example.com', false],
])('of the host %s, %s is one: %s', (wide, narrow, holds) => {
  expect(coversHost(wide, narrow)).toBe(holds);
});

test.each([
  ['*.example.com:443', '*.b.example.com:*', true],
  ['*.example.com:443', 'b.example.com:443', true],
  ['*.example.com:443', 'b.example.com:80', false],
  ['169.254.169.254:*', '0xa9fea9fe:80', true],
  ['a.example.com:443', 'b.example.com:443', false],
])('%s and %s have a host and port in common: %s', (a, b, common) => {
  expect([egressOverlaps(a, b), egressOverlaps(b, a)]).toEqual([common, common]);
});
