import { expect, test } from 'vitest';
import { askPython, pythons, type Python } from '../../test/support/python.ts';
import type { PythonPlatform } from '../../core/platform.ts';
import { bestWheel, pythonTags } from './tags.ts';

const linux: PythonPlatform = {
  ...{ implementation: 'cpython', version: [3, 11, 7], os: 'linux', machine: 'x64' },
  libc: { name: 'glibc', version: [2, 36] },
};
const musl: PythonPlatform = { ...linux, libc: { name: 'musl', version: [1, 2] } };
const windows: PythonPlatform = { implementation: 'cpython', version: [3, 12, 1], os: 'win32', machine: 'x64' };
const mac: PythonPlatform = { ...windows, os: 'darwin', machine: 'arm64', macos: [14, 2] };

test('takes wheels made for it before those for others', () => {
  const tags = pythonTags(linux);
  const order = [
    ...['cp311-cp311-manylinux_2_36_x86_64', 'cp311-cp311-manylinux_2_17_x86_64', 'cp311-cp311-manylinux2014_x86_64'],
    ...['cp311-cp311-manylinux2010_x86_64', 'cp311-cp311-manylinux1_x86_64', 'cp311-cp311-linux_x86_64'],
    ...['cp311-abi3-manylinux_2_36_x86_64', 'cp311-none-linux_x86_64', 'cp310-abi3-linux_x86_64'],
    ...['cp32-abi3-manylinux1_x86_64', 'py311-none-linux_x86_64', 'py3-none-linux_x86_64', 'py310-none-linux_x86_64'],
    ...['cp311-none-any', 'py311-none-any', 'py3-none-any', 'py310-none-any', 'py30-none-any'],
  ];
  const places = order.map((tag) => tags.indexOf(tag));
  expect(places).not.toContain(-1);
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(new Set(tags).size).toBe(tags.length);
});

test.each<[string, PythonPlatform, string[]]>([
  [
    'a Linux with glibc',
    linux,
    ['cp311-cp311t-linux_x86_64', 'cp312-abi3-linux_x86_64', 'cp310-cp310-linux_x86_64', 'py2-none-any'],
  ],
  ['a glibc', linux, ['cp311-cp311-manylinux_2_37_x86_64', 'cp311-cp311-musllinux_1_2_x86_64']],
  ['a machine', linux, ['cp311-cp311-manylinux_2_17_aarch64', 'cp311-cp311-win_amd64', 'cp311-cp311-linux_i686']],
  ['a musl', musl, ['cp311-cp311-manylinux_2_17_x86_64', 'cp311-cp311-musllinux_1_3_x86_64']],
  ['an unknown C library', { ...linux, libc: { name: 'glibc', version: [3, 1] } }, ['cp311-cp311-manylinux1_x86_64']],
  ['a Windows', windows, ['cp312-cp312-win32', 'cp312-cp312-win_arm64', 'cp312-cp312t-win_amd64']],
  [
    'a Mac',
    mac,
    ['cp312-cp312-macosx_15_0_arm64', 'cp312-cp312-macosx_11_0_x86_64', 'cp312-cp312-macosx_10_15_x86_64'],
  ],
])('%s takes none that are not for it', (_, python, others) => {
  const tags = new Set(pythonTags(python));
  expect(others.filter((tag) => tags.has(tag))).toEqual([]);
});

test('chooses the best wheel', () => {
  const any = { file: 'x-1.0-py3-none-any.whl' };
  const abi3 = { file: 'x-1.0-cp38-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64.whl' };
  const own = { file: 'x-1.0-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl' };
  const newer = { file: 'x-1.0-cp311-cp311-manylinux_2_28_x86_64.whl' };
  const tooNew = { file: 'x-1.0-cp311-cp311-manylinux_2_38_x86_64.whl' };
  expect(bestWheel([any, abi3, own, newer, tooNew], linux)).toBe(newer);
  expect(bestWheel([tooNew, own, abi3, any], linux)).toBe(own);
  expect(bestWheel([any, abi3], linux)).toBe(abi3);
  expect(bestWheel([own, any, abi3], musl)).toBe(any);
  expect(bestWheel([own, abi3, tooNew], windows)).toBeUndefined();
  expect(bestWheel([{ file: 'x-1.0.tar.gz' }, { file: 'x.whl' }], linux)).toBeUndefined();
});

test('chooses the highest build of wheels with the same tags', () => {
  const of = (build: string): { file: string } => ({ file: `x-1.0-${build}py3-none-any.whl` });
  const [none, second, tenth, tenthA] = [of(''), of('2-'), of('10-'), of('10a-')];
  for (const wheels of [
    [none, second, tenth, tenthA],
    [tenthA, tenth, second, none],
  ])
    expect(bestWheel(wheels, linux)).toBe(tenthA);
  expect(bestWheel([second, tenth], linux)).toBe(tenth);
});

/** What an interpreter says of itself, and which tags its own pip lists for it. */
const itself = `
import json, os, platform, sys
from pip._vendor.packaging import tags
libc = os.confstr("CS_GNU_LIBC_VERSION").split()
own = "cp%d%d" % sys.version_info[:2]
json.dump({
  "version": list(sys.version_info[:3]),
  "machine": {"x86_64": "x64", "aarch64": "arm64"}[platform.machine()],
  "libc": {"name": libc[0], "version": [int(part) for part in libc[1].split(".")[:2]]},
  "tags": [str(tag) for tag in (*tags.cpython_tags(), *tags.compatible_tags(interpreter=own))],
}, sys.stdout)`;

/** Before 3.8 there were builds with tags of their own. */
const known = pythons.filter(({ version }) => Number(version.split('.')[1]) >= 8);
test.skipIf(process.platform !== 'linux' || known.length === 0).each(known)(
  'agrees with the pip of Python $version',
  async (python) => {
    const { tags, ...own } = await askPython<Omit<PythonPlatform, 'implementation' | 'os'> & { tags: string[] }>(
      python,
      itself,
    );
    expect(pythonTags({ implementation: 'cpython', os: 'linux', ...own })).toEqual(tags);
  },
);

/** The tags of other platforms, as pip would list them there. */
const elsewhere = `
import json, sys
from pip._vendor.packaging import tags, _manylinux, _musllinux
# A Python of another machine cannot be asked which C library it has.
_manylinux._have_compatible_abi = lambda *_: True
def platforms(python):
    arch = {"x64": "x86_64", "arm64": "arm64" if python["os"] == "darwin" else "aarch64"}[python["machine"]]
    if python["os"] == "win32":
        return [{"x64": "win_amd64", "arm64": "win_arm64"}[python["machine"]]]
    if python["os"] == "darwin":
        return list(tags.mac_platforms(tuple(python["macos"]), arch))
    version = tuple(python["libc"]["version"])
    if python["libc"]["name"] == "glibc":
        _manylinux._get_glibc_version = lambda: version
        known = _manylinux.platform_tags([arch])
    else:
        _musllinux._get_musl_version = lambda _: _musllinux._MuslVersion(*version)
        known = _musllinux.platform_tags([arch])
    return [*known, "linux_" + arch]
answers = []
for python in json.load(sys.stdin):
    version, on = python["version"][:2], platforms(python)
    own = "cp%d%d" % tuple(version)
    taken = [*tags.cpython_tags(version, [own], on), *tags.compatible_tags(version, own, on)]
    answers.append([str(tag) for tag in taken])
json.dump(answers, sys.stdout)`;

const systems: readonly Pick<PythonPlatform, 'os' | 'libc' | 'macos'>[] = [
  { os: 'linux', libc: { name: 'glibc', version: [2, 5] } },
  { os: 'linux', libc: { name: 'glibc', version: [2, 17] } },
  { os: 'linux', libc: { name: 'glibc', version: [2, 42] } },
  { os: 'linux', libc: { name: 'musl', version: [1, 1] } },
  { os: 'linux', libc: { name: 'musl', version: [1, 2] } },
  { os: 'darwin', macos: [10, 15] },
  { os: 'darwin', macos: [11, 0] },
  { os: 'darwin', macos: [14, 5] },
  { os: 'darwin', macos: [26, 1] },
  { os: 'win32' },
];

const recent = pythons.find(({ hasRecentPip }) => hasRecentPip);
test.skipIf(recent === undefined)(
  'agrees with pip about other platforms, where a recent one is installed',
  async () => {
    const platforms = systems.flatMap((system) =>
      (['x64', 'arm64'] as const).flatMap((machine) =>
        // There was no macOS 10 for arm64.
        machine === 'arm64' && system.macos?.[0] === 10
          ? []
          : [8, 10, 14].map((minor): PythonPlatform => ({
              implementation: 'cpython',
              version: [3, minor, 0],
              machine,
              ...system,
            })),
      ),
    );
    expect(platforms).toHaveLength(57);
    const theirs = await askPython<string[][]>(recent as Python, elsewhere, platforms);
    expect(platforms.map((python) => pythonTags(python))).toEqual(theirs);
  },
);
