import { expect, test } from 'vitest';
import { hasFormat, type InputFormat } from './input-format.ts';

test.each<[InputFormat | undefined, string, boolean]>([
  ['number', '0', true],
  ['number', '10', true],
  ['number', '-1.50', true],
  ['number', '', false],
  ['number', '-', false],
  ['number', '1.', false],
  ['number', '.5', false],
  ['number', '01', false],
  ['number', '1e3', false],
  ['number', '0x10', false],
  ['number', '1 ', false],
  ['number', '1\n', false],
  ['number', 'NaN', false],
  ['number', '١', false],
  ['number', '1,000', false],
  ['boolean', 'true', true],
  ['boolean', 'false', true],
  ['boolean', 'True', false],
  ['boolean', '1', false],
  ['boolean', 'true ', false],
  ['filepath', 'anything', true],
  [undefined, 'anything', true],
])('as %s, %j: %s', (format, value, fits) => {
  expect(hasFormat(value, format)).toBe(fits);
});
