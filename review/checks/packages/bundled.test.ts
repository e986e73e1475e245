import { expect, test } from 'vitest';
import { loadedFrom } from '../../../artefacts/loaded.ts';
import type { BundledPackage } from '../../../schemas/types.ts';
import { aPart } from '../../../test/support/statements.ts';
import { checkStatedVersions, isFoundByName } from './bundled.ts';

const loaded = (bundled: BundledPackage) => loadedFrom([aPart('a', '1.0.0', { bundled: [bundled] })]);

test('reports a bundled package that states no version', () => {
  expect(checkStatedVersions(loaded({ path: 'node_modules/inner', name: 'inner' }))).toMatchObject([
    { rule: 'bundled-without-version', level: 'review', subject: 'a@1.0.0 node_modules/inner' },
  ]);
  expect(checkStatedVersions(loaded({ path: 'node_modules/inner', name: 'inner', version: '0.0.0' }))).toEqual([]);
});

test.each([
  ['node_modules/inner', true],
  ['dist/node_modules/@scope/inner', true],
  ['vendor/inner', false],
  ['node_modules/other/vendor/inner', false],
])('knows whether Node finds %s by its name', (path, expected) => {
  const [own, bundled] = loaded({ path, name: 'inner', version: '1.0.0' });
  expect(own && isFoundByName(own)).toBe(true);
  expect(bundled && isFoundByName(bundled)).toBe(expected);
});
