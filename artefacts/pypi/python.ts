/** What environment markers say of an interpreter. */
import type { PythonPlatform } from '../../core/platform.ts';

/** The variables of environment markers (https://packaging.python.org/en/latest/specifications/dependency-specifiers/). */
export const markerVariables = [
  'os_name',
  'sys_platform',
  'platform_machine',
  'platform_python_implementation',
  'platform_release',
  'platform_system',
  'platform_version',
  'python_version',
  'python_full_version',
  'implementation_name',
  'implementation_version',
  'extra',
] as const;

export type MarkerVariable = (typeof markerVariables)[number];

/** A variable that is left out is not known. */
export type MarkerEnvironment = Readonly<Partial<Record<MarkerVariable, string>>>;

/** What an interpreter says of itself. The release and the version of its system are not known. */
export function markerEnvironment({ version, os, machine }: PythonPlatform): MarkerEnvironment {
  const full = version.join('.');
  return {
    ...systems[os],
    platform_machine: machineNames[os][machine],
    platform_python_implementation: 'CPython',
    python_version: `${version[0]}.${version[1]}`,
    python_full_version: full,
    implementation_name: 'cpython',
    implementation_version: full,
    extra: '',
  };
}

const systems = {
  linux: { os_name: 'posix', sys_platform: 'linux', platform_system: 'Linux' },
  darwin: { os_name: 'posix', sys_platform: 'darwin', platform_system: 'Darwin' },
  win32: { os_name: 'nt', sys_platform: 'win32', platform_system: 'Windows' },
} as const;

const machineNames = {
  linux: { x64: 'x86_64', arm64: 'aarch64' },
  darwin: { x64: 'x86_64', arm64: 'arm64' },
  win32: { x64: 'AMD64', arm64: 'ARM64' },
} as const;
