import { describe, expect, test } from 'vitest';
import { parseMarker } from './markers.ts';
import { bestWheel } from './tags.ts';
import { isPythonFor, needOn, supportedPythons, targets, wheelFor } from './targets.ts';

const named = (part: RegExp): string[] => targets.map(({ name }) => name).filter((name) => part.test(name));
const wheels = (...tags: readonly string[]): { file: string }[] => tags.map((tag) => ({ file: `x-1.0-${tag}.whl` }));

test('there are targets for each Python, system and machine', () => {
  expect(targets).toHaveLength(39);
  expect(new Set(targets.map(({ name }) => name)).size).toBe(39);
  expect(named(/^cp310 /u)).toEqual([
    ...['cp310 linux glibc x64', 'cp310 linux glibc arm64', 'cp310 linux musl x64', 'cp310 linux musl arm64'],
    ...['cp310 darwin x64', 'cp310 darwin arm64', 'cp310 win32 x64'],
  ]);
  expect(named(/win32 arm64$/u)).toHaveLength(4);
  expect(supportedPythons).toEqual(['3.10', '3.11', '3.12', '3.13', '3.14']);
  for (const { python } of targets) expect(supportedPythons).toContain(python);
});

/** As large packages publish them. */
const published = wheels(
  ...['cp39-cp39', 'cp310-cp310', 'cp311-cp311', 'cp312-cp312', 'cp313-cp313', 'cp313-cp313t', 'cp314-cp314'].flatMap(
    (python) =>
      [
        ...['manylinux_2_5_x86_64.manylinux1_x86_64', 'manylinux_2_17_x86_64.manylinux2014_x86_64'],
        ...['manylinux_2_28_x86_64', 'manylinux_2_34_x86_64', 'manylinux_2_17_aarch64.manylinux2014_aarch64'],
        ...['manylinux_2_17_i686.manylinux2014_i686', 'manylinux_2_17_s390x.manylinux2014_s390x'],
        ...['musllinux_1_1_x86_64', 'musllinux_1_2_x86_64', 'musllinux_1_2_aarch64', 'musllinux_1_2_armv7l'],
        ...['macosx_10_13_x86_64', 'macosx_10_13_universal2', 'macosx_11_0_arm64', 'macosx_14_0_arm64'],
        ...['win32', 'win_amd64', 'win_arm64'],
      ].map((platform) => `${python}-${platform}`),
  ),
  ...['pp310-pypy310_pp73-manylinux_2_17_x86_64.manylinux2014_x86_64', 'py3-none-any'],
);

describe('the wheel for a target', () => {
  test('is the best for the oldest system', () => {
    const own = targets.filter(({ python }) => python === '3.11');
    expect(own.map((target) => wheelFor(target, published)?.file.slice('x-1.0-cp311-cp311-'.length))).toEqual([
      ...['manylinux_2_28_x86_64.whl', 'manylinux_2_17_aarch64.manylinux2014_aarch64.whl'],
      ...['musllinux_1_2_x86_64.whl', 'musllinux_1_2_aarch64.whl'],
      ...['macosx_10_13_x86_64.whl', 'macosx_11_0_arm64.whl', 'win_amd64.whl', 'win_arm64.whl'],
    ]);
  });
  test('is another one for each target, and every system of the target takes it', () => {
    const kept = targets.map((target) => wheelFor(target, published));
    expect(new Set(kept).size).toBe(39);
    for (const [index, { systems }] of targets.entries())
      for (const system of systems)
        expect(
          bestWheel(
            kept.flatMap((each) => each ?? []),
            system,
          ),
        ).toBe(kept[index]);
  });
  test('is for a later system where there is none for the oldest', () => {
    const later = wheels('cp312-cp312-manylinux_2_39_x86_64', 'cp312-cp312-manylinux_2_34_x86_64');
    const found = targets.map((target) => [target.name, wheelFor(target, later)] as const);
    expect(found.filter(([, wheel]) => wheel !== undefined)).toEqual([['cp312 linux glibc x64', later[1]]]);
  });
  test('is none where no target takes one', () => {
    const old = wheels('cp39-cp39-win_amd64', 'py2-none-any');
    expect(targets.filter((target) => wheelFor(target, old) !== undefined)).toEqual([]);
  });
});

const every = /./u;
const none = /^$/u;
test.each<[string, RegExp, RegExp]>([
  ["sys_platform == 'win32'", /win32/u, none],
  ["python_full_version >= '3.12' and python_full_version < '3.13'", /cp312/u, none],
  ["python_full_version >= '3.10'", every, none],
  ["python_full_version >= '3.11' and python_full_version < '3.11.5'", none, /cp311/u],
  ["python_full_version == '3.12.17' and sys_platform == 'win32'", none, /cp312 win32/u],
  ["python_full_version > '3.13'", /cp314/u, /cp313/u],
  ["platform_release >= '20.0' and sys_platform == 'darwin'", none, /darwin/u],
  ["platform_machine == 'arm64' or platform_machine == 'aarch64' or platform_machine == 'ARM64'", /arm64/u, none],
  ["sys_platform == 'emscripten' or platform_python_implementation == 'PyPy'", none, none],
  ["python_full_version < '3.10'", none, none],
])('under %s a package is needed always on %s, and sometimes on %s', (marker, always, sometimes) => {
  const parsed = parseMarker(marker);
  const on = (need: string): string[] =>
    targets.filter((target) => needOn(target, parsed) === need).map(({ name }) => name);
  expect(on('always')).toEqual(named(always));
  expect(on('sometimes')).toEqual(named(sometimes));
});

test('a package without a marker is needed everywhere', () => {
  expect(targets.every((target) => needOn(target, undefined) === 'always')).toBe(true);
});

test.each([
  ['>=3.10', ['3.10', '3.11', '3.12', '3.13', '3.14']],
  [undefined, ['3.10', '3.11', '3.12', '3.13', '3.14']],
  ['>=3.11.4', ['3.11', '3.12', '3.13', '3.14']],
  ['>=3.12,<3.14', ['3.12', '3.13']],
  ['>=3.15', []],
  ['>=3.6.*', ['3.10', '3.11', '3.12', '3.13', '3.14']],
])('%s takes %j', (range, pythons) => {
  expect(supportedPythons.filter((python) => isPythonFor(python, range))).toEqual(pythons);
});
