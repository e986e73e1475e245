import { describe, expect, test } from 'vitest';
import type { LockedPythonPackage } from '../../schemas/types.ts';
import {
  anInterpreter,
  tinyPythonLock,
  aPythonPackage,
  pythonRoot,
  withPython,
} from '../../test/support/python-lock.ts';
import { pythonName, wheelsFor } from './for-platform.ts';

const windows = anInterpreter({ os: 'win32' });
const { libc: _, ...bare } = windows;
const files = (python = anInterpreter(), packages?: readonly LockedPythonPackage[]): (string | undefined)[] =>
  wheelsFor(tinyPythonLock(packages), withPython(python)).map(({ file }) => file);
const refusal = (message: string, remedy: string): unknown =>
  expect.objectContaining({
    ...{ name: 'Refusal', code: 'E_UNSUPPORTED' },
    message: expect.stringContaining(message),
    remedy: expect.stringContaining(remedy),
  });

test('takes the wheels of the packages that are needed there', () => {
  expect(files()).toEqual(['tiny_server-1.0.0-py3-none-any.whl', 'tiny_shout-1.0.0-py3-none-any.whl']);
  expect(files(bare)).toEqual([
    'tiny_server-1.0.0-py3-none-any.whl',
    'tiny_shout-1.0.0-py3-none-any.whl',
    'tiny_win-1.0.0-py3-none-win_amd64.whl',
  ]);
});

test('takes the best wheel of a version', () => {
  const tags = ['cp312-cp312-manylinux_2_28_x86_64', 'cp313-cp313-manylinux_2_28_x86_64', 'py3-none-any'];
  const packages = [pythonRoot({ dependencies: ['native'] }), aPythonPackage('native', '1.0', {}, tags)].sort((a, b) =>
    a.name < b.name ? -1 : 1,
  );
  expect(files(anInterpreter(), packages)).toContain('native-1.0-cp312-cp312-manylinux_2_28_x86_64.whl');
  expect(files(anInterpreter({ machine: 'arm64' }), packages)).toContain('native-1.0-py3-none-any.whl');
  expect(files(anInterpreter({ libc: { name: 'glibc', version: [2, 27] } }), packages)).toContain(
    'native-1.0-py3-none-any.whl',
  );
});

test('takes no wheel that asks for another Python itself', () => {
  const fitting = aPythonPackage('native', '1.0', {}, ['py3-none-any']);
  const other = aPythonPackage('native', '1.0', { requiresPython: '>=3.13' }, ['cp312-cp312-manylinux_2_28_x86_64']);
  const packages = [{ ...fitting, wheels: { ...other.wheels, ...fitting.wheels } }, pythonRoot()];
  expect(files(anInterpreter(), packages)).toContain('native-1.0-py3-none-any.whl');
});

test('installs what may be needed, where nobody knows', () => {
  const packages = [{ ...aPythonPackage('aged', '1.0'), marker: "platform_release < '7'" }, pythonRoot()];
  expect(files(anInterpreter(), packages)).toContain('aged-1.0-py3-none-any.whl');
});

describe('is refused', () => {
  test('with a Python that does not fit, and says what would', () => {
    expect(() => files(anInterpreter({ version: [3, 9, 2] }))).toThrow(
      refusal('tiny needs Python >=3.10, and /usr/bin/python3 is 3.9.2', 'install a Python that fits'),
    );
  });

  test('without a wheel for this platform, and says which there are', () => {
    const tags = ['cp312-cp312-win_amd64', 'cp312-cp312-macosx_11_0_arm64'];
    const packages = [aPythonPackage('native', '1.0', {}, tags), pythonRoot()];
    expect(() => files(anInterpreter(), packages)).toThrow(
      refusal(
        'tiny needs native==1.0, of which there is no wheel for Python 3.12.4 on linux x64 with glibc 2.36',
        'cp312-cp312-win_amd64, cp312-cp312-macosx_11_0_arm64',
      ),
    );
  });

  test('without a Python', () => {
    const none = { os: 'linux', cpu: 'x64' };
    expect(() => wheelsFor(tinyPythonLock(), none)).toThrow(refusal('there is no Python here', 'install Python'));
    expect(() => pythonName(none)).toThrow(refusal('there is no Python here', 'install Python'));
  });
});

test.each([
  [anInterpreter(), 'linux-x64-glibc2.36-cpython3.12.4'],
  [anInterpreter({ libc: { name: 'musl', version: [1, 2] } }), 'linux-x64-musl1.2-cpython3.12.4'],
  [{ ...bare, os: 'darwin', machine: 'arm64', macos: [15, 1] } as const, 'darwin-arm64-15.1-cpython3.12.4'],
  [bare, 'win32-x64-cpython3.12.4'],
])('names the platform by all that the choice depends on', (python, name) => {
  expect(pythonName(withPython(python))).toBe(name);
});
