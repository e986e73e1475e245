import { expect, test } from 'vitest';
import type { PackageFile } from '../../../artefacts/archives/tarball.ts';
import type { PartType } from '../../../artefacts/part.ts';
import { isDeclaredNative } from './searched.ts';

const file = (path: string, text: string): PackageFile => ({
  path,
  executable: false,
  sha256: '',
  content: Buffer.from(text),
});

test.each<[PartType, string, string, boolean]>([
  ['npm', 'package.json', '{"name":"a"}', false],
  ['npm', 'package.json', '{"name":"a","os":["linux"]}', true],
  ['npm', 'package.json', '{', false],
  ['npm', 'binding.gyp', '', true],
  ['npm', 'a-1.0.dist-info/WHEEL', 'Tag: cp311-cp311-win_amd64\n', false],
  ['pypi', 'a-1.0.dist-info/WHEEL', 'Wheel-Version: 1.0\nTag: cp311-cp311-manylinux_2_28_x86_64\n', true],
  ['pypi', 'a-1.0.dist-info/WHEEL', 'Tag: py3-none-any\nTag: py3-none-win_amd64\n', true],
  ['pypi', 'a-1.0.dist-info/WHEEL', 'Wheel-Version: 1.0\nTag: py3-none-any\n', false],
  ['pypi', 'inner/a-1.0.dist-info/WHEEL', 'Tag: cp311-cp311-win_amd64\n', false],
  ['pypi', 'package.json', '{"name":"a","os":["linux"]}', false],
])('knows of %s whether %s with %j names the systems that it is for', (type, path, text, expected) => {
  expect(isDeclaredNative([file(path, text)], type)).toBe(expected);
});
