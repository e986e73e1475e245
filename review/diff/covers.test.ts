import { expect, test } from 'vitest';
import { coversPath } from './covers.ts';

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
