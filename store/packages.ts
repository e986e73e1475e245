import { packageAround } from '../core/inner-path.ts';
import { runsOn, type Platform } from '../core/platform.ts';
import { Refusal } from '../core/refusal.ts';
import type { Lock, LockedPackage } from '../schemas/types.ts';

/**
 * The packages of a closure that belong on a platform. If a package does not belong there, those inside it do not
 * either.
 */
export function packagesFor(lock: Lock, platform: Platform): ReadonlyMap<string, LockedPackage> {
  const kept = new Map<string, LockedPackage>();
  const byDepth = Object.entries(lock.closure.packages).sort(([a], [b]) => a.length - b.length);
  for (const [path, locked] of byDepth) {
    const above = packageAround(path);
    if ((above === '' || kept.has(above)) && runsOn(locked, platform)) kept.set(path, locked);
    else if (locked.optional !== true && (above === '' || kept.has(above)))
      throw new Refusal(
        'E_UNSUPPORTED',
        `${lock.name} needs ${locked.name}@${locked.version}, which does not run on ${platform.os} ${platform.cpu}`,
        'run it on a platform that it supports',
      );
  }
  return kept;
}
