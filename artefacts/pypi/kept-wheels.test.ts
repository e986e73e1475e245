import { expect, test } from 'vitest';
import { keptWheels } from './kept-wheels.ts';
import type { PinnedPackage } from './pylock.ts';
import { targets } from './targets.ts';

const pinned = (name: string, tags: readonly string[], marker?: string): PinnedPackage => ({
  ...{ name, version: '1.0', ...(marker !== undefined && { marker }) },
  wheels: tags.map((tag) => ({ file: `${name}-1.0-${tag}.whl`, sha256: 'ab'.repeat(32), size: 5 })),
});
const filesOf = (packages: readonly PinnedPackage[]): string[] =>
  packages.flatMap(({ wheels }) => wheels.map(({ file }) => file));
const all = targets.map(({ name }) => name);
const any = ['py3-none-any'];
const windows = ['cp310', 'cp311', 'cp312', 'cp313', 'cp314'].map((python) => `${python}-${python}-win_amd64`);

test('keeps one wheel for each platform, and the package as it is', () => {
  const abi3 = pinned('abi3', ['cp38-abi3-win_amd64', 'cp311-abi3-win_amd64', 'cp312-cp312-win32', ...any]);
  const { packages, platforms, without } = keptWheels([
    abi3,
    pinned('pure', ['py2-none-any', 'py2.py3-none-any', ...any]),
  ]);
  expect(filesOf(packages)).toEqual([
    ...['abi3-1.0-cp38-abi3-win_amd64.whl', 'abi3-1.0-cp311-abi3-win_amd64.whl', 'abi3-1.0-py3-none-any.whl'],
    'pure-1.0-py2.py3-none-any.whl',
  ]);
  expect(packages[0]).toEqual({ ...abi3, wheels: abi3.wheels.filter(({ file }) => !file.endsWith('-win32.whl')) });
  expect({ platforms, without }).toEqual({ platforms: all, without: [] });
});

test('keeps nothing for a platform that lacks a package', () => {
  const compiled = pinned('compiled', [...windows, 'cp312-cp312-macosx_11_0_arm64', 'cp312-cp312-win_arm64']);
  const other = pinned('other', ['cp312-cp312-manylinux_2_17_x86_64', 'cp312-cp312-macosx_11_0_arm64', ...windows]);
  const { packages, platforms, without } = keptWheels([pinned('pure', any), compiled, other]);
  expect(platforms).toEqual(all.filter((name) => /win32 x64|cp312 darwin arm64/u.test(name)));
  expect(without).toHaveLength(33);
  expect(without).toContainEqual({ platform: 'cp312 linux glibc x64', package: 'compiled==1.0' });
  expect(without).toContainEqual({ platform: 'cp312 win32 arm64', package: 'other==1.0' });
  expect(filesOf(packages).filter((file) => /manylinux|arm64\.whl/u.test(file))).toEqual([
    'compiled-1.0-cp312-cp312-macosx_11_0_arm64.whl',
    'other-1.0-cp312-cp312-macosx_11_0_arm64.whl',
  ]);
});

test('leaves out a package that no platform needs', () => {
  const browser = pinned('browser', any, "sys_platform == 'emscripten'");
  const mac = pinned('mac', ['cp312-cp312-macosx_11_0_arm64'], "sys_platform == 'darwin'");
  const { packages, platforms } = keptWheels([pinned('pure', any), browser, mac]);
  expect(packages.map(({ name }) => name)).toEqual(['pure', 'mac']);
  expect(platforms).toEqual(all.filter((name) => !name.includes('darwin') || name === 'cp312 darwin arm64'));
});

test('keeps a platform that needs what it lacks only sometimes', () => {
  const marker = "python_full_version >= '3.11' and python_full_version < '3.11.5'";
  const { packages, platforms, without } = keptWheels([pinned('old', ['cp311-cp311-win_amd64'], marker)]);
  expect({ platforms, without }).toEqual({ platforms: all, without: [] });
  expect(filesOf(packages)).toEqual(['old-1.0-cp311-cp311-win_amd64.whl']);
});

test('is for some platforms only where these are given', () => {
  const among = targets.filter(({ name }) => name === 'cp312 win32 x64');
  const { packages, platforms } = keptWheels([pinned('compiled', windows)], among);
  expect(platforms).toEqual(['cp312 win32 x64']);
  expect(filesOf(packages)).toEqual(['compiled-1.0-cp312-cp312-win_amd64.whl']);
});

test('keeps nothing at all where no platform can run it', () => {
  const { packages, platforms, without } = keptWheels([pinned('pure', any), pinned('x', ['cp39-cp39-win_amd64'])]);
  expect({ packages, platforms }).toEqual({ packages: [], platforms: [] });
  expect(without).toHaveLength(39);
});
