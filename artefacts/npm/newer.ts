/** Finds the newer versions of a package, and those that the policy already allows. */
import { gt, lte, parse, prerelease, rcompare } from 'semver';
import { byCooldown, noneNewer, type NewerVersions } from '../newer.ts';
import type { PackageDocument } from '../package-document.ts';
import type { Packument } from './packument.ts';

/**
 * The versions to which a server may move. Pre-releases are left out, unless the current version is one. Versions above the tag
 * `latest` are left out, because the publisher does not recommend them yet; but not if there is no such tag, or if the current
 * version is also above it. `fits` can leave out other versions.
 */
export function newerVersions(
  { versions, 'dist-tags': tags, time }: PackageDocument & Pick<Packument, 'dist-tags'>,
  current: string,
  cooldownDays: number,
  now: Date,
  fits: (version: string) => boolean = () => true,
): NewerVersions {
  // The version of a server may not be semver; then no version is known to be newer.
  if (parse(current) === null) return noneNewer;
  const latest = tags?.latest;
  const bound = latest === undefined || parse(latest) === null || gt(current, latest) ? undefined : latest;
  const newer = Object.keys(versions)
    .filter((version) => parse(version) !== null && gt(version, current))
    .filter((version) => prerelease(version) === null || prerelease(current) !== null)
    .filter((version) => bound === undefined || lte(version, bound))
    .filter(fits)
    .sort(rcompare)
    .map((version) => ({ version, publishedAt: time?.[version] }));
  return byCooldown(newer, cooldownDays, now);
}
