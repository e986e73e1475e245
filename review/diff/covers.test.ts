import { expect, test } from 'vitest';
import { coversHost, coversPath } from './covers.ts';

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
])('%s holds %s: %s', (wide, narrow, holds) => {
  expect(coversHost(wide, narrow)).toBe(holds);
});

test.each([
  ['/data', '/data', true],
  ['/data', '/data/', true],
  ['/data/', '/data/reports', true],
  ['/data', '/data//./reports', true],
  ['/', '/etc', true],
  ['~', '~/notes', true],
  ['${directory}', '${directory}/sub', true],
  ['./x', 'x', true],
  ['/data', '/database', false],
  ['/data/reports', '/data', false],
  ['/data', '/data/../etc', false],
  ['${directory}/..', '${directory}/../x', false],
  ['/data/../etc', '/data/../etc', true],
  ['/', '${directory}', false],
])('%s holds %s: %s', (wide, narrow, holds) => {
  expect(coversPath(wide, narrow)).toBe(holds);
});
