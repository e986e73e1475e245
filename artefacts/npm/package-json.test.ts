import { expect, test } from 'vitest';
import { licenseIn, parsePackageJson, versionIn } from './package-json.ts';

test.each<[string, Readonly<Record<string, unknown>>, string | undefined]>([
  ['an expression', { license: 'MIT OR ISC' }, 'MIT OR ISC'],
  ['an object of old times', { license: { type: 'MIT', url: 'https://example.com' } }, 'MIT'],
  ['a list of old times, of which one may be chosen', { licenses: [{ type: 'MIT' }, 'ISC'] }, '(MIT OR ISC)'],
  ['a list of one', { licenses: [{ type: 'MIT' }] }, 'MIT'],
  ['both fields, of which the newer counts', { license: 'GPL-3.0-only', licenses: [{ type: 'MIT' }] }, 'GPL-3.0-only'],
  ['nothing', {}, undefined],
  ['blanks', { license: ' ' }, undefined],
  ['a number', { license: 3 }, undefined],
  ['a long text, which is cut', { license: 'x'.repeat(501) }, 'x'.repeat(500)],
])('reads a licence from %s', (_, manifest, expected) => {
  expect(licenseIn(manifest)).toBe(expected);
});

test.each<[unknown, string | undefined]>([
  ['1.2.3', '1.2.3'],
  ['v1.2.3', '1.2.3'],
  ['latest', undefined],
  [1, undefined],
])('reads the version %j', (version, expected) => {
  expect(versionIn({ version })).toBe(expected);
});

test('reads a package.json with a byte order mark, and takes a list for one without fields', () => {
  expect(parsePackageJson(Buffer.from('\uFEFF{"name":"a"}'))).toEqual({ name: 'a' });
  expect(parsePackageJson(Buffer.from('[]'))).toEqual({});
});
