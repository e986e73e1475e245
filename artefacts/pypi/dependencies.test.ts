import { expect, test } from 'vitest';
import type { LockedPythonPackage } from '../../schemas/types.ts';
import { tinyPythonLock, aPythonPackage, pythonRest, pythonRoot } from '../../test/support/python-lock.ts';
import { waysTo } from '../graphs.ts';
import { checkRequirements, pypiDependencies } from './dependencies.ts';

const faults = (packages: readonly LockedPythonPackage[], requiresPython = '>=3.10'): string[] =>
  checkRequirements(
    tinyPythonLock(packages, { closure: { kind: 'pypi', requiresPython, packages: [...packages] } }),
  ).map(({ code, message }) => `${code}: ${message}`);
const rootThatWants = (...dependencies: string[]): LockedPythonPackage => pythonRoot({ dependencies });
const marked = (marker: string, name = 'tiny-shout', version = '1.0.0'): LockedPythonPackage => ({
  ...aPythonPackage(name, version),
  marker,
});
const [shout, win] = [pythonRest[0] as LockedPythonPackage, pythonRest[1] as LockedPythonPackage];

test.each<[string, LockedPythonPackage[], string?]>([
  ['what each platform needs', [pythonRoot(), ...pythonRest]],
  ['no dependencies', [rootThatWants(), ...[]].map(({ wheels, ...root }) => ({ ...root, wheels }))],
  [
    'an extra',
    [
      rootThatWants('tiny-shout[Loud_Voice]'),
      { ...aPythonPackage('tiny-shout', '1.0.0', { dependencies: ["zz; extra == 'loud-voice'"] }) },
      aPythonPackage('zz', '1.0'),
    ],
  ],
  [
    'an extra that the wheel spells in another way',
    [
      rootThatWants('tiny-shout[loud-voice]'),
      { ...aPythonPackage('tiny-shout', '1.0.0', { dependencies: ["zz; extra == 'Loud_Voice'"] }) },
      aPythonPackage('zz', '1.0'),
    ],
  ],
  [
    'packages that need each other',
    [rootThatWants('tiny-shout'), aPythonPackage('tiny-shout', '1.0.0', { dependencies: ['Tiny.Server'] })],
  ],
  [
    'one version for each of two Pythons',
    [
      rootThatWants('tiny-shout'),
      marked("python_version < '3.12'"),
      marked("python_version >= '3.12'", 'tiny-shout', '2.0.0'),
    ],
  ],
  ['what depends on the release of the system', [rootThatWants("tiny-shout; platform_release == '7'"), shout]],
  [
    'a Python that only later ones are',
    [rootThatWants("tiny-shout; python_version >= '3.13'"), marked("python_version >= '3.13'")],
    '>=3.12',
  ],
])('finds nothing wrong with %s', (_, packages, requiresPython) => {
  expect(faults(packages, requiresPython)).toEqual([]);
});

test.each<[string, LockedPythonPackage[], string]>([
  [
    'a missing package',
    [rootThatWants('tiny-shout', 'zz>=1'), shout],
    'unsatisfied-edge: tiny-server==1.0.0 wants zz>=1, which is not there',
  ],
  [
    'another version',
    [rootThatWants('tiny-shout<1'), shout],
    'unsatisfied-edge: tiny-server==1.0.0 wants tiny-shout<1; the lock has tiny-shout==1.0.0',
  ],
  [
    'a marker that hides a package where it is needed',
    [rootThatWants('tiny-shout'), marked("sys_platform != 'linux'")],
    'unsatisfied-edge: tiny-server==1.0.0 wants tiny-shout, which is not there',
  ],
  [
    'a marker that hides it on one machine alone',
    [rootThatWants('tiny-shout'), marked("platform_machine != 'aarch64'")],
    'unsatisfied-edge: tiny-server==1.0.0 wants tiny-shout, which is not there',
  ],
  [
    'a marker that hides it with one Python alone',
    [rootThatWants('tiny-shout'), marked("python_version != '3.13'")],
    'unsatisfied-edge: tiny-server==1.0.0 wants tiny-shout, which is not there',
  ],
  [
    'a package for an extra that is asked for, and is not there',
    [
      rootThatWants('tiny-shout[loud]'),
      aPythonPackage('tiny-shout', '1.0.0', { dependencies: ["zz; extra == 'loud'"] }),
    ],
    "unsatisfied-edge: tiny-shout==1.0.0 wants zz; extra == 'loud', which is not there",
  ],
  [
    'a requirement by address',
    [rootThatWants('tiny-shout @ https://example.com/tiny_shout-1.0.0-py3-none-any.whl', 'tiny-shout'), shout],
    'unpinned-edge: tiny-server==1.0.0 wants tiny-shout @ https://example.com/tiny_shout-1.0.0-py3-none-any.whl, which is no version of a package',
  ],
  [
    'a package that nothing wants',
    [rootThatWants('tiny-shout'), shout, aPythonPackage('zz', '1.0')],
    'extraneous-package: nothing in the closure wants zz==1.0',
  ],
  [
    'a package for an extra that nothing asks for',
    [
      rootThatWants('tiny-shout'),
      aPythonPackage('tiny-shout', '1.0.0', { dependencies: ["zz; extra == 'loud'"] }),
      aPythonPackage('zz', '1.0'),
    ],
    'extraneous-package: nothing in the closure wants zz==1.0',
  ],
  [
    'a package that is wanted on no platform',
    [rootThatWants("zz; sys_platform == 'emscripten'", 'tiny-shout'), shout, aPythonPackage('zz', '1.0')],
    'extraneous-package: nothing in the closure wants zz==1.0',
  ],
  [
    'two versions on one platform',
    [rootThatWants('tiny-shout'), shout, aPythonPackage('tiny-shout', '1.0.1')],
    'two-versions: tiny-shout is there as 1.0.0 and as 1.0.1 on one platform',
  ],
  [
    'two versions whose markers overlap',
    [
      rootThatWants('tiny-shout'),
      marked("python_version <= '3.12'"),
      marked("python_version >= '3.12'", 'tiny-shout', '1.0.1'),
    ],
    'two-versions: tiny-shout is there as 1.0.0 and as 1.0.1 on one platform',
  ],
  [
    'a marker that is none',
    [rootThatWants('tiny-shout'), marked('import os')],
    'lock-marker: the marker "import os" ends too early',
  ],
  [
    'a marker that a wheel made up',
    [rootThatWants("tiny-shout; moon == 'full'"), shout],
    `lock-marker: the marker "moon == 'full'" compares moon`,
  ],
])('reports %s', (_, packages, fault) => {
  expect(faults(packages)).toContainEqual(expect.stringContaining(fault));
});

test('reports everything where the closure is for no Python that can be had', () => {
  expect(faults([pythonRoot(), ...pythonRest], 'nonsense')).toHaveLength(3);
  expect(faults([pythonRoot(), ...pythonRest], '<3.10')).toHaveLength(3);
});

test('counts what any wheel of a version wants', () => {
  const { wheels } = aPythonPackage('tiny-shout', '1.0.0', {}, ['py3-none-win_amd64', 'py3-none-any']);
  const [any = '', windows = ''] = Object.keys(wheels).sort();
  const both = { ...wheels, [windows]: { ...(wheels[windows] as (typeof wheels)[string]), dependencies: ['zz'] } };
  expect(any).toContain('none-any');
  expect(faults([rootThatWants('tiny-shout'), { name: 'tiny-shout', version: '1.0.0', wheels: both }])).toEqual([
    'unsatisfied-edge: tiny-shout==1.0.0 wants zz, which is not there',
  ]);
});

test('says where a wheel is before it says what it wants', () => {
  expect(faults([...pythonRest, rootThatWants('zz')])).toEqual([expect.stringContaining('lock-order')]);
});

test('gives the wheels that each wheel needs, and the way to each', () => {
  const lock = tinyPythonLock([pythonRoot(), shout, { ...win, marker: "sys_platform == 'win32'" }]);
  const root = 'wheels/tiny_server-1.0.0-py3-none-any';
  const [amd, arm] = ['wheels/tiny_win-1.0.0-py3-none-win_amd64', 'wheels/tiny_win-1.0.0-py3-none-win_arm64'];
  expect(pypiDependencies(lock)).toEqual(
    new Map([
      [root, ['wheels/tiny_shout-1.0.0-py3-none-any', amd, arm]],
      ['wheels/tiny_shout-1.0.0-py3-none-any', []],
      [amd, []],
      [arm, []],
    ]),
  );
  expect(waysTo(lock, [arm, root, 'wheels/nothing'])).toEqual(
    new Map([
      [arm, [root, arm]],
      [root, [root]],
    ]),
  );
});
