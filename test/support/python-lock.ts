/** Locks of Python packages, small and valid: a test changes the one thing it is about. */
import { integrityOf, sha256, sha512 } from '../../core/digest.ts';
import type { Interpreter, Platform } from '../../core/platform.ts';
import type { LockOf } from '../../artefacts/kind.ts';
import type { LockedPythonPackage, LockedWheel, PypiClosure } from '../../schemas/types.ts';
import { aLock } from './statements.ts';

export type PypiLock = LockOf<PypiClosure>;

/** A wheel by the name of its file. Its digests are made from the name. */
export const aWheel = (file: string, change: Partial<LockedWheel> = {}): LockedWheel => ({
  integrity: integrityOf(Buffer.from(file)),
  sha256: sha256(file),
  tree: sha256(`the tree of ${file}`),
  ...change,
});

/** With a wheel for each of the tags: `py3-none-any`. */
export function aPythonPackage(
  name: string,
  version: string,
  change: Partial<LockedWheel> = {},
  tags: readonly string[] = ['py3-none-any'],
): LockedPythonPackage {
  const files = tags.map((tag) => `${name.replaceAll('-', '_')}-${version}-${tag}.whl`);
  return { name, version, wheels: Object.fromEntries(files.map((file) => [file, aWheel(file, change)])) };
}

export const rootFile = 'tiny_server-1.0.0-py3-none-any.whl';

/** The root, which wants `tiny-shout` everywhere, and `tiny-win` on Windows. */
export const pythonRoot = (change: Partial<LockedWheel> = {}): LockedPythonPackage =>
  aPythonPackage('tiny-server', '1.0.0', {
    scripts: { 'tiny-server': 'tiny_server:main' },
    dependencies: ['tiny-shout>=1', "tiny-win; sys_platform == 'win32'"],
    ...change,
  });

/** What the root wants, sorted. */
export const pythonRest: readonly LockedPythonPackage[] = [
  aPythonPackage('tiny-shout', '1.0.0'),
  {
    ...aPythonPackage('tiny-win', '1.0.0', {}, ['py3-none-win_amd64', 'py3-none-win_arm64']),
    marker: "sys_platform == 'win32'",
  },
];

export const tinyPythonLock = (
  packages: readonly LockedPythonPackage[] = [pythonRoot(), ...pythonRest],
  change: Partial<PypiLock> = {},
): PypiLock => ({
  ...aLock({ name: 'tiny', version: '1.0.0' }),
  artefact: artefactOf('pypi:tiny-server==1.0.0', rootFile),
  closure: { kind: 'pypi', requiresPython: '>=3.10', packages: [...packages] },
  ...change,
});

const artefactOf = (url: string, file: string): PypiLock['artefact'] => ({
  url,
  sha256: sha256(file),
  sha512: sha512(Buffer.from(file)),
});

interface WantingPackage {
  readonly name: string;
  readonly version: string;
  /** What it asks for (PEP 508). */
  readonly dependencies?: string[];
}

/** The lock of `aLock()`, of Python packages, each with one wheel, which runs everywhere. The first is the artefact. */
export function aPythonLock(...packages: readonly [WantingPackage, ...WantingPackage[]]): PypiLock {
  const [{ name, version }] = packages;
  const locked = packages.map(({ dependencies, ...each }) =>
    aPythonPackage(each.name, each.version, dependencies === undefined ? {} : { dependencies }),
  );
  const [file = ''] = Object.keys(locked[0]?.wheels ?? {});
  return {
    ...aLock(),
    artefact: artefactOf(`pypi:${name}==${version}`, file),
    closure: { kind: 'pypi', requiresPython: '>=3.10', packages: locked },
  };
}

export const anInterpreter = (change: Partial<Interpreter> = {}): Interpreter => ({
  implementation: 'cpython',
  version: [3, 12, 4],
  os: 'linux',
  machine: 'x64',
  libc: { name: 'glibc', version: [2, 36] },
  executable: '/usr/bin/python3',
  prefix: '/usr',
  ...change,
});

/** A machine with this Python. */
export const withPython = (python: Interpreter = anInterpreter()): Platform => ({
  os: python.os,
  cpu: python.machine,
  python: () => python,
});
