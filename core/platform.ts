import type { LockedPackage } from '../schemas/types.ts';

/** The properties of a machine by which npm decides whether a package is for it. */
export interface Platform {
  readonly os: string;
  readonly cpu: string;
  /** Detected on first use; absent if the system is not Linux. */
  readonly libc?: () => 'glibc' | 'musl';
}

/** The platform that this process runs on. */
export function thisPlatform(): Platform {
  const base = { os: process.platform, cpu: process.arch };
  if (process.platform !== 'linux') return base;
  let libc: 'glibc' | 'musl' | undefined;
  return { ...base, libc: () => (libc ??= libcOfProcess()) };
}

function libcOfProcess(): 'glibc' | 'musl' {
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
}

/** Whether a package is for a platform, by npm's rule: a list of names, of excluded names, or of both. */
export const runsOn = ({ os, cpu, libc }: LockedPackage, platform: Platform): boolean =>
  matches(os, platform.os) &&
  matches(cpu, platform.cpu) &&
  (libc === undefined || (platform.libc !== undefined && matches(libc, platform.libc())));

function matches(list: readonly string[] | undefined, current: string): boolean {
  if (list === undefined || list.length === 0 || (list.length === 1 && list[0] === 'any')) return true;
  if (list.includes(`!${current}`)) return false;
  return list.includes(current) || list.every((name) => name.startsWith('!'));
}
