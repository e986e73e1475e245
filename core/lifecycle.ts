import { satisfies, valid, validRange } from 'semver';
import type { LifecycleEntry, LifecycleState, VersionSet } from '../schemas/types.ts';

/** Whether a set of versions says anything: a list, or a range that parses. */
export const isVersionSet = (versions: VersionSet): boolean =>
  typeof versions !== 'string' || validRange(versions, { loose: false }) !== null;

/**
 * Whether a version is in a set. A range holds only semver versions, pre-releases among them: a range that bounds a
 * revocation must not leave out 1.2.0-rc.1.
 */
export function holds(versions: VersionSet, version: string): boolean {
  if (typeof versions !== 'string') return versions.includes(version);
  return valid(version) !== null && satisfies(version, versions, { includePrerelease: true });
}

const severity: Readonly<Record<LifecycleState, number>> = { active: 0, deprecated: 1, withdrawn: 2, revoked: 3 };

/** What became of a version: the gravest entry that holds it, the first of equals; nothing where it is active. */
export function lifecycleOf(entries: readonly LifecycleEntry[], version: string): LifecycleEntry | undefined {
  return entries
    .filter((entry) => holds(entry.versions, version))
    .sort((a, b) => severity[b.state] - severity[a.state])[0];
}
