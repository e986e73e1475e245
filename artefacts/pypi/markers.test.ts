import { describe, expect, test } from 'vitest';
import { maxMarkerDepth, maxMarkerLength } from '../../core/limits.ts';
import { askPython, pythons, type Python } from '../../test/support/python.ts';
import { markerHolds, parseMarker } from './markers.ts';
import { markerEnvironment, type MarkerEnvironment } from './python.ts';
import type { PythonPlatform } from '../../core/platform.ts';

const linux: PythonPlatform = { implementation: 'cpython', version: [3, 11, 7], os: 'linux', machine: 'x64' };
const environment: MarkerEnvironment = { ...markerEnvironment(linux), platform_release: '6.1.0' };
const holds = (marker: string, where = environment): boolean | undefined => markerHolds(parseMarker(marker), where);

test('describes an interpreter as it describes itself', () => {
  expect(markerEnvironment(linux)).toEqual({
    os_name: 'posix',
    sys_platform: 'linux',
    platform_system: 'Linux',
    platform_machine: 'x86_64',
    platform_python_implementation: 'CPython',
    python_version: '3.11',
    python_full_version: '3.11.7',
    implementation_name: 'cpython',
    implementation_version: '3.11.7',
    extra: '',
  });
  expect(markerEnvironment({ ...linux, os: 'darwin', machine: 'arm64' })).toMatchObject({
    ...{ os_name: 'posix', sys_platform: 'darwin', platform_system: 'Darwin', platform_machine: 'arm64' },
  });
  expect(markerEnvironment({ ...linux, os: 'win32' })).toMatchObject({
    ...{ os_name: 'nt', sys_platform: 'win32', platform_system: 'Windows', platform_machine: 'AMD64' },
  });
});

test.each<[string, boolean]>([
  ["sys_platform == 'linux'", true],
  ['sys_platform=="win32"', false],
  ["sys_platform != 'win32'", true],
  ["sys_platform === 'LINUX'", true],
  ["'linux' in sys_platform", true],
  ["sys_platform in 'linux darwin'", true],
  ["sys_platform not   in 'linux darwin'", false],
  ["os_name >= 'nt'", true],
  ["python_version >= '3.9'", true],
  ["python_version < '3.9'", false],
  ["'3.9' <= python_version", true],
  ["'3.9' >= python_version", false],
  ["python_full_version == '3.11.*'", true],
  ["python_full_version != '3.11.*'", false],
  ["python_full_version ~= '3.11.5'", true],
  ["python_full_version ~= '3.10.5'", false],
  ["python_full_version === '3.11.7'", true],
  ["python_full_version > '3.11.7rc1'", true],
  ["python_version in '3.10 3.11'", true],
  ["platform_release >= '5.10'", true],
  ["platform_release ~= '6.0'", true],
  ["extra == 'socks'", false],
  ["extra != 'socks'", true],
  ["'' == extra", true],
  ["os_name == 'nt' or os_name == 'posix' and python_version < '3'", false],
  ["(os_name == 'nt' or os_name == 'posix') and python_version > '3'", true],
  ["((sys_platform == 'linux'))", true],
])('%s is %s', (marker, expected) => {
  expect(holds(marker)).toBe(expected);
});

test('compares what is a version on one system only as text on the others', () => {
  const windows = { ...environment, platform_release: 'Server2022' };
  expect(holds("platform_release >= '5.10'", windows)).toBe(true);
  expect(() => holds("platform_release ~= '5.10'", windows)).toThrow(
    expect.objectContaining({
      code: 'E_FORMAT',
      message: 'a marker asks whether platform_release is ~=5.10, and it is Server2022, which is no version',
    }),
  );
});

test('says where the answer depends on what is not known', () => {
  const unknown = markerEnvironment(linux);
  expect(holds("platform_release >= '20'", unknown)).toBeUndefined();
  expect(holds("platform_release >= '20' and os_name == 'posix'", unknown)).toBeUndefined();
  expect(holds("platform_release >= '20' and os_name == 'nt'", unknown)).toBe(false);
  expect(holds("platform_release >= '20' or os_name == 'posix'", unknown)).toBe(true);
  expect(holds("platform_release >= '20' or os_name == 'nt'", unknown)).toBeUndefined();
});

test.each([
  ['', 'ends too early'],
  ['os_name', 'ends too early'],
  ['os_name ==', 'ends too early'],
  ["os_name == 'posix' and", 'ends too early'],
  ["(os_name == 'posix'", 'has a bracket that is not closed'],
  ["os_name == 'posix')", 'has ) after its end'],
  ["os_name == 'posix' os_name == 'nt'", 'has os_name after its end'],
  ["os_name => 'posix'", 'has => where a comparison must be'],
  ["os_name is 'posix'", 'has is where a comparison must be'],
  ["os_name 'in' 'posix'", 'has "in" where a comparison must be'],
  ["kernel == '6'", 'compares kernel, which is no known variable'],
  ["os.name == 'posix'", 'compares os.name, which is no known variable'],
  ["__proto__ == 'x'", 'compares __proto__, which is no known variable'],
  ["'a' == 'a'", 'compares "a", which is no known variable'],
  ['os_name == sys_platform', 'compares os_name with sys_platform, which is no text'],
  ["os_name == 'posix", 'cannot be read from character 11 on'],
  ["os_name == 'posix' ; x", 'cannot be read from character 19 on'],
  ["os_name == 'posix' && os_name == 'nt'", 'cannot be read from character 19 on'],
  ["os_name ~= 'posix'", 'compares os_name with "posix", which ~= cannot do'],
  ["python_version == 'new'", 'compares python_version with "new", which == cannot do'],
  ["python_version >= '3.*'", 'compares python_version with "3.*", which >= cannot do'],
  ["python_version >= '3,<4'", 'compares python_version with "3,<4", which >= cannot do'],
  ["python_version ~= '3'", 'compares python_version with "3", which ~= cannot do'],
  ["'3.*' == python_version", 'compares python_version with "3.*", which == cannot do'],
])('refuses %s', (marker, message) => {
  expect(() => parseMarker(marker)).toThrow(
    expect.objectContaining({
      name: 'Refusal',
      code: 'E_FORMAT',
      message: `the marker ${JSON.stringify(marker)} ${message}`,
    }),
  );
});

describe('is bounded', () => {
  const one = "os_name == 'posix'";
  test('in length', () => {
    const longest = one.padEnd(maxMarkerLength);
    expect(holds(longest)).toBe(true);
    expect(() => parseMarker(`${longest} `)).toThrow(expect.objectContaining({ code: 'E_TOO_LARGE' }));
  });
  test('in depth', () => {
    const nested = (depth: number): string => '('.repeat(depth) + one + ')'.repeat(depth);
    expect(holds(nested(maxMarkerDepth))).toBe(true);
    expect(() => parseMarker(nested(maxMarkerDepth + 1))).toThrow(expect.objectContaining({ code: 'E_TOO_LARGE' }));
  });
  test('in what it shows of a long one', () => {
    expect(() => parseMarker('x'.repeat(maxMarkerLength))).toThrow(/^.{200,300}$/u);
  });
});

/** Every comparison of some values, and some of their combinations. */
function generated(): string[] {
  const signs = ['==', '!=', '<', '<=', '>', '>=', '===', '~='];
  const versions = ['3', '3.0', '3.8', '3.9', '3.10', '3.11', '3.11.0', '3.11.6', '3.11.7', '3.12'];
  const more = ['3.11.7rc1', '3.11.8.dev1', '3.11.7.post1', '4', '1!3.11', '3.11.7.0', '3.11+local'];
  const comparisons: string[] = [];
  for (const variable of ['python_version', 'python_full_version', 'implementation_version'])
    for (const version of [...versions, ...more])
      for (const sign of [...signs, 'in', 'not in'])
        comparisons.push(`${variable} ${sign} '${version}'`, `"${version}" ${sign} ${variable}`);
  for (const version of ['3.*', '3.1.*', '3.11.*', '3.11.7.0.*', '3.11.7.*', '3.12.*'])
    for (const sign of ['==', '!=']) comparisons.push(`python_full_version ${sign} '${version}'`);
  for (const variable of [
    'os_name',
    'sys_platform',
    'platform_machine',
    'platform_system',
    'implementation_name',
    'extra',
  ])
    for (const text of ['posix', 'linux', 'Linux', 'x86_64', 'cpython', '', 'lin', 'nt win32 linux'])
      for (const sign of ['==', '!=', '<', '<=', '>', '>=', 'in', 'not in'])
        comparisons.push(`${variable} ${sign} '${text}'`, `'${text}' ${sign} ${variable}`);
  // Each third one together with others, so that both kinds of joint and brackets occur with all results.
  const joined = comparisons.flatMap((a, index) => {
    if (index % 3 > 0) return [];
    const [b, c] = [
      comparisons[(index * 7 + 1) % comparisons.length],
      comparisons[(index * 31 + 2) % comparisons.length],
    ];
    return [`${a} and ${b} or ${c}`, `${a} or ${b} and ${c}`, `(${a} or ${b}) and ${c}`, `${a} and (${b} or (${c}))`];
  });
  return [...comparisons, ...joined];
}

const packaging = `
import json, sys
from pip._vendor.packaging.markers import Marker
asked = json.load(sys.stdin)
answers = []
for text in asked["markers"]:
    try:
        answers.append(Marker(text).evaluate(asked["environment"]))
    except Exception as error:
        answers.append(None)
json.dump(answers, sys.stdout)`;

const python = pythons.find(({ hasRecentPip }) => hasRecentPip);
test.skipIf(python === undefined)("agrees with Python's own evaluation, where a recent pip is installed", async () => {
  const markers = generated().filter((marker) => isReadable(marker));
  expect(markers.length).toBeGreaterThan(4_000);
  const theirs = await askPython<(boolean | null)[]>(python as Python, packaging, { markers, environment });
  const different = markers.filter((marker, index) => holds(marker) !== theirs[index]);
  expect(different).toEqual([]);
});

const isReadable = (marker: string): boolean => {
  try {
    parseMarker(marker);
    return true;
  } catch {
    return false;
  }
};
