/** Finds the newer versions of a Python package, and those that the policy already allows. */
import { explain, gt, rcompare } from '@renovatebot/pep440';
import { compareText } from '../../core/order.ts';
import { byCooldown, noneNewer, type Candidate, type NewerVersions } from '../newer.ts';
import type { Project } from './project-page.ts';

/**
 * The versions to which a server may move: those with a wheel that is not withdrawn. Pre-releases are left out, unless
 * the current version is one. `fits` can leave out other versions.
 */
export function newerVersions(
  project: Project,
  current: string,
  cooldownDays: number,
  now: Date,
  fits: (version: string) => boolean = () => true,
): NewerVersions {
  const from = explain(current);
  if (from === null) return noneNewer;
  const newer = releasesOf(project)
    .filter(({ version }) => gt(version, current))
    .filter(({ version }) => from.is_prerelease || explain(version)?.is_prerelease === false)
    .filter(({ version }) => fits(version))
    .sort((a, b) => rcompare(a.version, b.version));
  return byCooldown(newer, cooldownDays, now);
}

/** What an address may hold. */
const versionForm = /^[0-9][0-9A-Za-z.!+-]*$/u;

/** A release is as old as its first wheel. Wheels that came later are left out of a lock by their own dates. */
export function releasesOf({ files }: Project): Candidate[] {
  const dates = new Map<string, string[]>();
  for (const { kind, version, yanked, uploadedAt } of files) {
    if (kind !== 'wheel' || yanked !== undefined || !versionForm.test(version) || explain(version) === null) continue;
    dates.set(version, [...(dates.get(version) ?? []), ...(uploadedAt === undefined ? [] : [uploadedAt])]);
  }
  return [...dates].map(([version, all]) => ({ version, publishedAt: all.sort(compareText)[0] }));
}
