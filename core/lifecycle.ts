import { satisfies, valid, validRange } from 'semver';
import type { LifecycleEntry, LifecycleState, VersionSet } from '../schemas/types.ts';

/** Whether a set of versions is usable: a list, or a range that parses. */
export const isVersionSet = (versions: VersionSet): boolean =>
  typeof versions !== 'string' || (versions.trim() !== '' && validRange(versions) !== null);

/** Whether a set can be compared with a version: a range other than `*` needs a semver version. */
export const canHold = (versions: VersionSet, version: string): boolean =>
  typeof versions !== 'string' || versions.trim() === '*' || valid(version) !== null;

/**
 * Whether a version is in a set. A range contains only semver versions. It includes pre-releases, because the range of
 * a revocation must not leave out 1.2.0-rc.1. `*` contains every version.
 */
export function holds(versions: VersionSet, version: string): boolean {
  if (typeof versions !== 'string') return versions.includes(version);
  if (versions.trim() === '*') return true;
  return valid(version) !== null && satisfies(version, versions, { includePrerelease: true });
}

const severity: Readonly<Record<LifecycleState, number>> = { active: 0, deprecated: 1, withdrawn: 2, revoked: 3 };

/**
 * The entry that decides about a version: the most severe one that contains it; if several are equally severe, the one
 * that ends the version first. Undefined if the version is active.
 */
export function lifecycleOf(entries: readonly LifecycleEntry[], version: string): LifecycleEntry | undefined {
  return entries
    .filter((entry) => holds(entry.versions, version))
    .sort((a, b) => severity[b.state] - severity[a.state] || ((a.sunset ?? '9999') < (b.sunset ?? '9999') ? -1 : 1))[0];
}

/** Whether a version is revoked or withdrawn. */
export const isEnded = (entries: readonly LifecycleEntry[], version: string): boolean =>
  entries.some((entry) => entry.state !== 'deprecated' && holds(entry.versions, version));

/**
 * The version for content that changed after its version was approved: equal as semver compares, with another build.
 */
export function nextBuild(version: string): string {
  const { base = version, build } = /^(?<base>[^+]+)\+(?<build>\d+)$/u.exec(version)?.groups ?? {};
  return `${base.split('+')[0] ?? base}+${build === undefined ? 1 : Number(build) + 1}`;
}
