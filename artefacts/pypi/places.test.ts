import { describe, expect, test } from 'vitest';
import { reviewableJson } from '../../core/canonical.ts';
import type { LockedPythonPackage, LockedWheel } from '../../schemas/types.ts';
import {
  tinyPythonLock,
  aPythonPackage,
  aWheel,
  pythonRest,
  pythonRoot,
  rootFile,
  type PypiLock,
} from '../../test/support/python-lock.ts';
import { openLock } from '../lock.ts';
import { checkWheels } from './places.ts';

const faults = (lock: PypiLock): string[] => checkWheels(lock).map(({ code, message }) => `${code}: ${message}`);

const withWheels = (wheels: Readonly<Record<string, LockedWheel>>): LockedPythonPackage[] => [
  pythonRoot(),
  { name: 'tiny-shout', version: '1.0.0', wheels },
];

test('finds nothing wrong with wheels of their own packages, however the names are spelled', () => {
  expect(faults(tinyPythonLock())).toEqual([]);
  expect(faults(tinyPythonLock(withWheels({ 'Tiny.Shout-1.0-py3-none-any.whl': aWheel('a') })))).toEqual([]);
});

test.each<[string, LockedPythonPackage[], string]>([
  [
    "another package's wheel",
    withWheels({ 'evil-1.0.0-py3-none-any.whl': aWheel('evil') }),
    "lock-wheel: tiny-shout==1.0.0 has evil-1.0.0-py3-none-any.whl, which is another package's",
  ],
  [
    'a wheel of another version',
    withWheels({ 'tiny_shout-1.0.1-py3-none-any.whl': aWheel('evil') }),
    "lock-wheel: tiny-shout==1.0.0 has tiny_shout-1.0.1-py3-none-any.whl, which is another package's",
  ],
  [
    'a source distribution',
    withWheels({ 'tiny_shout-1.0.0.tar.gz': aWheel('source') }),
    'lock-wheel: tiny-shout==1.0.0 has "tiny_shout-1.0.0.tar.gz", which is no wheel',
  ],
  [
    'a wheel whose name leads out of its folder',
    withWheels({ '../tiny_shout-1.0.0-py3-none-any.whl': aWheel('out') }),
    'lock-wheel: tiny-shout==1.0.0 has "../tiny_shout-1.0.0-py3-none-any.whl", which is no wheel',
  ],
  [
    'a wheel whose name no system takes',
    withWheels({ [`tiny_shout-1.0.0-${'py3.'.repeat(70)}py3-none-any.whl`]: aWheel('long') }),
    `lock-wheel: tiny-shout==1.0.0 has "tiny_shout-1.0.0-${'py3.'.repeat(70)}py3-none-any.whl", which is no wheel`,
  ],
  ['a package without wheels', withWheels({}), 'lock-wheel: tiny-shout==1.0.0 has no wheel'],
  [
    'two wheels whose folders are one where case does not count',
    withWheels({ 'tiny_shout-1.0.0-py3-none-any.whl': aWheel('a'), 'Tiny_shout-1.0.0-py3-none-any.whl': aWheel('b') }),
    'lock-path: tiny_shout-1.0.0-py3-none-any.whl and Tiny_shout-1.0.0-py3-none-any.whl differ in case only',
  ],
  [
    'packages out of order',
    [...pythonRest, pythonRoot()],
    'lock-order: its packages are not sorted, or one stands there twice',
  ],
])('reports %s', (_, packages, fault) => {
  expect(faults(tinyPythonLock(packages))).toEqual([fault]);
});

test('reports a package that stands there twice, whose wheels have one folder', () => {
  expect(faults(tinyPythonLock([pythonRoot(), ...[1, 2].map(() => aPythonPackage('tiny-shout', '1.0.0'))]))).toEqual([
    'lock-order: its packages are not sorted, or one stands there twice',
    'lock-path: tiny_shout-1.0.0-py3-none-any.whl and tiny_shout-1.0.0-py3-none-any.whl differ in case only',
  ]);
});

test.each([
  ['../elsewhere'],
  ['/usr/lib/python3/dist-packages'],
  ['a/../../b'],
  ['C:evil'],
  [String.raw`..\evil`],
  ['.'],
])('reports %j as a folder that modules are looked for in', (path) => {
  expect(faults(tinyPythonLock([pythonRoot({ paths: ['', path] }), ...pythonRest]))).toEqual([
    `lock-path: ${rootFile} looks for modules in ${JSON.stringify(path)}, outside it`,
  ]);
});

describe('the root', () => {
  const { artefact } = tinyPythonLock();
  test.each<[string, PypiLock, string]>([
    [
      'is not there',
      tinyPythonLock(undefined, { artefact: { ...artefact, sha256: '0'.repeat(64) } }),
      'lock-root: none of its wheels has the sha256 of the artefact',
    ],
    [
      'is of another package',
      tinyPythonLock(undefined, { artefact: { ...artefact, url: 'pypi:other==1.0.0' } }),
      'lock-root: the root is tiny-server==1.0.0, the artefact pypi:other==1.0.0',
    ],
    [
      'is of another version',
      tinyPythonLock(undefined, { artefact: { ...artefact, url: 'pypi:tiny-server==1.0.1' } }),
      'lock-root: the root is tiny-server==1.0.0, the artefact pypi:tiny-server==1.0.1',
    ],
    [
      'is of another kind',
      tinyPythonLock(undefined, { artefact: { ...artefact, url: 'npm:tiny-server@1.0.0' } }),
      'lock-root: the root is tiny-server==1.0.0, the artefact npm:tiny-server@1.0.0',
    ],
    [
      'has another sha512',
      tinyPythonLock(undefined, { artefact: { ...artefact, sha512: '0'.repeat(128) } }),
      `lock-root: the root's integrity is not the artefact's sha512 ${'0'.repeat(128)}`,
    ],
    [
      'is a dependency that claims its digest',
      tinyPythonLock([aPythonPackage('another', '1.0.0', { sha256: artefact.sha256 }), pythonRoot(), ...pythonRest]),
      'lock-root: the root is another==1.0.0, the artefact pypi:tiny-server==1.0.0',
    ],
  ])('%s', (_, lock, fault) => {
    expect(faults(lock)).toContain(fault);
  });

  test('may be spelled in another way', () => {
    expect(faults(tinyPythonLock(undefined, { artefact: { ...artefact, url: 'pypi:Tiny.Server==1.0' } }))).toEqual([]);
  });
});

test('a host refuses such a lock', () => {
  const lock = tinyPythonLock(withWheels({ 'evil-1.0.0-py3-none-any.whl': aWheel('evil') }));
  expect(() => openLock(reviewableJson(lock), 'the lock')).toThrow(
    expect.objectContaining({ name: 'Refusal', code: 'E_LOCK' }),
  );
  expect(openLock(reviewableJson(tinyPythonLock()), 'the lock')).toEqual(tinyPythonLock());
});
