import { expect, test } from 'vitest';
import { newerTags } from './newer.ts';

const tags = ['latest', '1', '1.2', '1.2.0', '1.3.0', '1.10.0', 'v1.4.0', '2.0.0-rc.1', '1.3.0-alpine', '1.2.1-alpine'];

test.each<[string, string[]]>([
  ['1.2.0', ['1.10.0', '1.3.0']],
  ['1.2.0-alpine', ['1.3.0-alpine', '1.2.1-alpine']],
  ['v1.2.0', ['v1.4.0']],
  ['2.0.0-beta.1', ['2.0.0-rc.1']],
  ['1.10.0', []],
  ['latest', []],
  ['1.2', []],
  ['1.2.0-slim', []],
])('knows the newer tags of %s', (current, expected) => {
  expect(newerTags(tags, current)).toEqual(expected);
});
