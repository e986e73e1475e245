import { packageAround } from '../../core/inner-path.ts';
import type { Platform } from '../../core/platform.ts';
import { Refusal } from '../../core/refusal.ts';
import type { LockedPackage } from '../../schemas/types.ts';
import type { Packages } from './places.ts';

/**
 * The packages of a server that belong on a platform. If a package does not belong there, those inside it do not
 * either. @throws Refusal E_UNSUPPORTED
 */
export function packagesFor(server: string, packages: Packages, platform: Platform): Packages {
  const kept = new Map<string, LockedPackage>();
  const byDepth = [...packages].sort(([a], [b]) => a.length - b.length);
  for (const [path, locked] of byDepth) {
    const above = packageAround(path);
    if ((above === '' || kept.has(above)) && runsOn(locked, platform)) kept.set(path, locked);
    else if (locked.optional !== true && (above === '' || kept.has(above)))
      throw new Refusal(
        'E_UNSUPPORTED',
        `${server} needs ${locked.name}@${locked.version}, which does not run on ${platform.os} ${platform.cpu}`,
        'run it on a platform that it supports',
      );
  }
  return kept;
}

/** The platform, as far as it matters to what is installed of some packages: a part of the name of that folder. */
export function systemName(packages: Packages, { os, cpu, libc }: Platform): string {
  const dependsOnLibc = [...packages.values()].some((locked) => locked.libc !== undefined);
  return [os, cpu, ...(dependsOnLibc && libc !== undefined ? [libc()] : [])].join('-');
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
