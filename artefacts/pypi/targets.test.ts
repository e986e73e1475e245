import { describe, expect, test } from 'vitest';
import { parseMarker } from './markers.ts';
import { bestWheel } from './tags.ts';
import { isNeededOn, isPythonFor, keptWheels, supportedPythons, targets } from './targets.ts';

const wheel = (tags: string): { file: string } => ({ file: `x-1.0-${tags}.whl` });
const kept = (tags: readonly string[], marker?: string): { tags: string[]; without: readonly string[] } => {
  const { wheels, without } = keptWheels(tags.map(wheel), marker === undefined ? undefined : parseMarker(marker));
  return { tags: wheels.map(({ file }) => file.slice('x-1.0-'.length, -'.whl'.length)), without };
};
const named = (part: RegExp): string[] => targets.map(({ name }) => name).filter((name) => part.test(name));

test('there are targets for each Python, system and machine', () => {
  expect(targets).toHaveLength(39);
  expect(new Set(targets.map(({ name }) => name)).size).toBe(39);
  expect(named(/^cp310 /u)).toEqual([
    ...['cp310 linux glibc x64', 'cp310 linux glibc arm64', 'cp310 linux musl x64', 'cp310 linux musl arm64'],
    ...['cp310 darwin x64', 'cp310 darwin arm64', 'cp310 win32 x64'],
  ]);
  expect(named(/win32 arm64$/u)).toHaveLength(4);
  expect(supportedPythons).toEqual(['3.10', '3.11', '3.12', '3.13', '3.14']);
});

/** As large packages publish them. */
const published = [
  'cp39-cp39',
  'cp310-cp310',
  'cp311-cp311',
  'cp312-cp312',
  'cp313-cp313',
  'cp313-cp313t',
  'cp314-cp314',
]
  .flatMap((python) =>
    [
      ...['manylinux_2_5_x86_64.manylinux1_x86_64', 'manylinux_2_17_x86_64.manylinux2014_x86_64'],
      ...['manylinux_2_28_x86_64', 'manylinux_2_34_x86_64', 'manylinux_2_17_aarch64.manylinux2014_aarch64'],
      ...['manylinux_2_17_i686.manylinux2014_i686', 'manylinux_2_17_s390x.manylinux2014_s390x'],
      ...['musllinux_1_1_x86_64', 'musllinux_1_2_x86_64', 'musllinux_1_2_aarch64', 'musllinux_1_2_armv7l'],
      ...['macosx_10_13_x86_64', 'macosx_10_13_universal2', 'macosx_11_0_arm64', 'macosx_14_0_arm64'],
      ...['win32', 'win_amd64', 'win_arm64'],
    ].map((platform) => `${python}-${platform}`),
  )
  .concat('pp310-pypy310_pp73-manylinux_2_17_x86_64.manylinux2014_x86_64', 'py3-none-any');

describe('keeps of many wheels', () => {
  const { tags, without } = kept(published);
  test('one for each target', () => {
    expect(without).toEqual([]);
    expect(tags).toHaveLength(39);
    expect(tags.filter((each) => each.startsWith('cp311'))).toEqual([
      ...['cp311-cp311-manylinux_2_28_x86_64', 'cp311-cp311-manylinux_2_17_aarch64.manylinux2014_aarch64'],
      ...['cp311-cp311-musllinux_1_2_x86_64', 'cp311-cp311-musllinux_1_2_aarch64'],
      ...['cp311-cp311-macosx_10_13_x86_64', 'cp311-cp311-macosx_11_0_arm64'],
      ...['cp311-cp311-win_amd64', 'cp311-cp311-win_arm64'],
    ]);
  });
  test('only those that every system of its target takes', () => {
    const wheels = tags.map(wheel);
    for (const { systems } of targets) {
      const taken = systems.map((system) => bestWheel(wheels, system));
      expect(new Set(taken).size).toBe(1);
      expect(taken[0]).toBeDefined();
    }
  });
});

test.each<[string, string[], string[], string[]]>([
  ['one for all', ['py3-none-any'], ['py3-none-any'], []],
  ['one for all that also takes Python 2', ['py2.py3-none-any', 'py2-none-any'], ['py2.py3-none-any'], []],
  [
    'one for several Pythons beside one for the oldest',
    ['cp38-abi3-win_amd64', 'cp311-abi3-win_amd64', 'cp312-abi3-win_amd64', 'py3-none-any'],
    ['cp38-abi3-win_amd64', 'cp311-abi3-win_amd64', 'cp312-abi3-win_amd64', 'py3-none-any'],
    [],
  ],
  ['one for all where the others are for no target', ['cp39-cp39-win_amd64', 'py3-none-any'], ['py3-none-any'], []],
  [
    'one for a later system where there is none for the oldest',
    ['cp312-cp312-manylinux_2_39_x86_64', 'cp312-cp312-manylinux_2_34_x86_64'],
    ['cp312-cp312-manylinux_2_34_x86_64'],
    named(/^(?!cp312 linux glibc x64)/u),
  ],
  ['none of what no target takes', ['cp39-cp39-win_amd64', 'py2-none-any'], [], named(/./u)],
])('keeps %s', (_, given, tags, without) => {
  expect(kept(given)).toEqual({ tags, without });
});

const each = ['cp311-cp311-win_amd64', 'cp312-cp312-win_amd64', 'cp312-cp312-macosx_11_0_arm64'];
test.each<[string, string[], string[]]>([
  [
    "sys_platform == 'win32'",
    each.slice(0, 2),
    ['cp310 win32 x64', ...named(/cp31[34] win32 x64|cp31\d win32 arm64/u)],
  ],
  [
    "sys_platform == 'darwin' and python_full_version >= '3.12' and python_full_version < '3.13'",
    [each[2] ?? ''],
    ['cp312 darwin x64'],
  ],
  ["python_full_version >= '3.11' and python_full_version < '3.11.5'", [each[0] ?? ''], named(/^cp311 (?!win32 x64)/u)],
  ["python_full_version == '3.12.17' and sys_platform == 'win32'", [each[1] ?? ''], ['cp312 win32 arm64']],
  ["sys_platform == 'emscripten' or platform_python_implementation == 'PyPy'", [], []],
  ["python_full_version < '3.10'", [], []],
])('keeps under %s only what is needed', (marker, tags, without) => {
  const found = kept(each, marker);
  expect(found.tags).toEqual(tags);
  expect([...found.without].sort()).toEqual([...without].sort());
});

test('takes a package for needed where that depends on the version of a system', () => {
  const marker = parseMarker("platform_release >= '20.0' and sys_platform == 'darwin'");
  expect(targets.filter((target) => isNeededOn(target, marker)).map(({ name }) => name)).toEqual(named(/darwin/u));
});

test('keeps wheels for other targets where they are given', () => {
  const mine = targets.filter(({ name }) => name === 'cp312 win32 x64');
  const { wheels, without } = keptWheels(published.map(wheel), undefined, mine);
  expect({ wheels, without }).toEqual({ wheels: [wheel('cp312-cp312-win_amd64')], without: [] });
});

test.each([
  ['>=3.10', ['3.10', '3.11', '3.12', '3.13', '3.14']],
  [undefined, ['3.10', '3.11', '3.12', '3.13', '3.14']],
  ['>=3.11.4', ['3.11', '3.12', '3.13', '3.14']],
  ['>=3.12,<3.14', ['3.12', '3.13']],
  ['>=3.15', []],
])('%s takes %j', (range, pythons) => {
  expect(supportedPythons.filter((python) => isPythonFor(python, range))).toEqual(pythons);
});
