import { expect, test } from 'vitest';
import { sha256 } from '../core/digest.ts';
import { aPart } from '../test/support/statements.ts';
import { tinyPythonLock, rootFile } from '../test/support/python-lock.ts';
import { partsOf } from './kinds.ts';
import { publishedAt, statedDigest, type PackageDocument } from './package-document.ts';
import type { Part } from './part.ts';

const wheel = partsOf(tinyPythonLock())[0] as Part;
const tarball = aPart('zod', '4.1.5');
const version = '1.0.0';

test.each<[string, PackageDocument | undefined, string]>([
  [
    'its file was uploaded',
    {
      versions: {},
      time: { [version]: '2026-01-01T00:00:00Z' },
      files: { [rootFile]: { uploadedAt: '2026-02-02T00:00:00Z' } },
    },
    '2026-02-02',
  ],
  [
    'its version was published, where nothing is said of the file',
    { versions: {}, time: { [version]: '2026-01-01T00:00:00Z' }, files: { [rootFile]: {} } },
    '2026-01-01',
  ],
])('a wheel is as old as when %s', (_, document, day) => {
  expect(publishedAt(document, wheel).toISOString()).toContain(day);
});

test.each<[PackageDocument | undefined]>([
  [undefined],
  [{ versions: {} }],
  [{ versions: {}, time: { '2.0.0': '2026-01-01T00:00:00Z' } }],
])('nobody knows how old it is where the registry says %j', (document) => {
  expect(publishedAt(document, wheel).getTime()).toBeNaN();
});

test('compares the digest that the index states of this file, and of no other', () => {
  const stated = sha256('other');
  const files = { [rootFile]: { sha256: stated }, 'tiny_server-1.0.0-py3-none-win_amd64.whl': { sha256: 'x' } };
  expect(statedDigest({ versions: {}, files }, wheel)).toEqual({ stated, locked: sha256(rootFile) });
  expect(statedDigest({ versions: {}, files: { other: { sha256: stated } } }, wheel)).toBeUndefined();
  expect(statedDigest(undefined, wheel)).toBeUndefined();
});

test('compares the strongest hash that the npm registry states', () => {
  const document = (integrity: string): PackageDocument => ({ versions: { '4.1.5': { integrity } } });
  expect(statedDigest(document('sha1-x sha512-y'), tarball)).toEqual({ stated: 'sha512-y', locked: tarball.integrity });
  expect(statedDigest(document('sha1-x'), tarball)).toBeUndefined();
});
