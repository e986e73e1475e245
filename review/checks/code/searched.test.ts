import { expect, test } from 'vitest';
import type { PackageFile } from '../../../artefacts/archives/tarball.ts';
import { isDeclaredNative } from './searched.ts';

const file = (path: string, text: string): PackageFile => ({
  path,
  executable: false,
  sha256: '',
  content: Buffer.from(text),
});

test.each([
  ['package.json', '{"name":"a"}', false],
  ['package.json', '{"name":"a","os":["linux"]}', true],
  ['package.json', '{', false],
  ['binding.gyp', '', true],
  ['a-1.0.dist-info/WHEEL', 'Wheel-Version: 1.0\nTag: cp311-cp311-manylinux_2_28_x86_64\n', true],
  ['a-1.0.dist-info/WHEEL', 'Tag: py3-none-any\nTag: py3-none-win_amd64\n', true],
  ['a-1.0.dist-info/WHEEL', 'Wheel-Version: 1.0\nTag: py3-none-any\n', false],
  ['inner/a-1.0.dist-info/WHEEL', 'Tag: cp311-cp311-win_amd64\n', false],
])('knows whether %s with %j names the systems that a package is for', (path, text, expected) => {
  expect(isDeclaredNative([file(path, text)])).toBe(expected);
});
