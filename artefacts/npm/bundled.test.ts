import { describe, expect, test } from 'vitest';
import type { BundledPackage } from '../../schemas/types.ts';
import { bundledDifference, bundledPackages } from './bundled.ts';
import { sha256 } from '../../core/digest.ts';
import type { PackageFile } from '../archives/tarball.ts';

const filesOf = (contents: Readonly<Record<string, unknown>>): PackageFile[] =>
  Object.entries(contents).map(([path, value]) => {
    const content = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
    return { path, executable: false, sha256: sha256(content), content };
  });

const found = (contents: Readonly<Record<string, unknown>>): string[] =>
  bundledPackages(filesOf({ 'package.json': { name: 'outer', version: '9.0.0' }, ...contents }), 'outer').map(
    ({ path, name, version = '-', license = '-' }) => `${path} ${name} ${version} ${license}`,
  );

const inner = { name: 'inner', version: '1.0.0', license: 'ISC' };

describe('a bundled package is found', () => {
  test.each<[string, Readonly<Record<string, unknown>>, string[]]>([
    ['in node_modules', { 'node_modules/inner/package.json': inner }, ['node_modules/inner inner 1.0.0 ISC']],
    [
      'with a scope',
      { 'node_modules/@x/inner/package.json': { ...inner, name: '@x/inner' } },
      ['node_modules/@x/inner @x/inner 1.0.0 ISC'],
    ],
    [
      'inside another bundled package',
      {
        'node_modules/a/node_modules/inner/package.json': inner,
        'node_modules/a/package.json': { name: 'a', version: '2.0.0' },
      },
      ['node_modules/a a 2.0.0 -', 'node_modules/a/node_modules/inner inner 1.0.0 ISC'],
    ],
    [
      'in a node_modules deeper in the package',
      { 'dist/node_modules/inner/package.json': inner },
      ['dist/node_modules/inner inner 1.0.0 ISC'],
    ],
    ['in any other folder, by its package.json', { 'vendor/x/package.json': inner }, ['vendor/x inner 1.0.0 ISC']],
    [
      'under another folder name, as the package that it says it is',
      { 'node_modules/alias/package.json': inner },
      ['node_modules/alias inner 1.0.0 ISC'],
    ],
    [
      'in node_modules although it is private',
      { 'node_modules/inner/package.json': { ...inner, private: true } },
      ['node_modules/inner inner 1.0.0 ISC'],
    ],
    ['without a version, by its folder', { 'node_modules/inner/package.json': {} }, ['node_modules/inner inner - -']],
    [
      'with a package.json that cannot be read, by its folder',
      { 'node_modules/@x/inner/package.json': '{' },
      ['node_modules/@x/inner @x/inner - -'],
    ],
    [
      'with a name that is none, by its folder',
      { 'node_modules/inner/package.json': { ...inner, name: '../evil' } },
      ['node_modules/inner inner 1.0.0 ISC'],
    ],
  ])('%s', (_, contents, expected) => {
    expect(found(contents)).toEqual(expected);
  });
});

test.each<[string, Readonly<Record<string, unknown>>]>([
  ['that only sets the kind of its modules', { 'dist/esm/package.json': { type: 'module' } }],
  ['that copies the package around it', { 'dist/package.json': { name: 'outer', version: '9.0.0' } }],
  ['that is private, as of an example', { 'example/package.json': { ...inner, private: true } }],
  ['without a version, outside of node_modules', { 'compat/package.json': { name: 'inner' } }],
  ['that cannot be read, outside of node_modules', { 'test/broken/package.json': '{' }],
])('finds no package in a package.json %s', (_, contents) => {
  expect(found(contents)).toEqual([]);
});

test('finds no copy of a bundled package inside that package', () => {
  expect(found({ 'node_modules/inner/package.json': inner, 'node_modules/inner/esm/package.json': inner })).toEqual([
    'node_modules/inner inner 1.0.0 ISC',
  ]);
});

describe('the list in a lock', () => {
  const a: BundledPackage = { path: 'node_modules/a', name: 'a', version: '1.0.0', license: 'MIT' };
  const b: BundledPackage = { path: 'node_modules/b', name: 'b', version: '1.0.0' };

  test('is accepted when it is what the tarball holds', () => {
    expect(bundledDifference('x@1.0.0', [a, b], [{ ...a }, { ...b }])).toBeUndefined();
    expect(bundledDifference('x@1.0.0', undefined, undefined)).toBeUndefined();
  });

  test.each<[string, BundledPackage[] | undefined, BundledPackage[] | undefined, string]>([
    [
      'leaves one out',
      [a],
      [a, b],
      'the tarball of x@1.0.0 bundles b@1.0.0 (no licence) in node_modules/b, and the lock does not list it',
    ],
    [
      'is missing',
      undefined,
      [a],
      'the tarball of x@1.0.0 bundles a@1.0.0 (MIT) in node_modules/a, and the lock does not list it',
    ],
    [
      'makes one up',
      [a],
      undefined,
      'the lock lists a@1.0.0 (MIT) as bundled in node_modules/a of x@1.0.0, and the tarball does not hold it',
    ],
    [
      'says another version',
      [{ ...a, version: '1.0.1' }],
      [a],
      'the tarball of x@1.0.0 bundles a@1.0.0 (MIT) in node_modules/a, but the lock says a@1.0.1 (MIT)',
    ],
    [
      'says another licence',
      [{ ...b, license: 'MIT' }],
      [b],
      'the tarball of x@1.0.0 bundles b@1.0.0 (no licence) in node_modules/b, but the lock says b@1.0.0 (MIT)',
    ],
    ['lists one twice', [a, a], [a], 'the lock lists what x@1.0.0 bundles twice or in another order'],
    ['has another order', [b, a], [a, b], 'the lock lists what x@1.0.0 bundles twice or in another order'],
  ])('is refused when it %s', (_, stated, there, message) => {
    expect(bundledDifference('x@1.0.0', stated, there)).toBe(message);
  });
});
