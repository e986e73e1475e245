/** Finds the newer versions of a package, and those that the policy already allows. */
import { gt, lte, parse, prerelease, rcompare } from 'semver';
import { toSecond, daysAfter } from '../../core/time.ts';
import type { Packument } from './packument.ts';

/** A version that was published too recently. */
export interface CoolingVersion {
  readonly version: string;
  readonly publishedAt: string;
  /** The moment from which it may be adopted. */
  readonly adoptableFrom: string;
}

export interface NewerVersions {
  /** The newest version that may be adopted; absent if there is none. */
  readonly newest?: string;
  readonly publishedAt?: string;
  /** Even newer versions that may not be adopted yet, the newest first. */
  readonly cooling: readonly CoolingVersion[];
  /** Newer versions without a publication date: none of them is offered. The newest first. */
  readonly undated: readonly string[];
}

/**
 * The versions to which a server may move. Pre-releases are left out, unless the current version is one. Versions above the tag
 * `latest` are left out, because the publisher does not recommend them yet; but not if there is no such tag, or if the current
 * version is also above it. `fits` can leave out other versions.
 */
export function newerVersions(
  { versions, 'dist-tags': tags, time }: Packument,
  current: string,
  cooldownDays: number,
  now: Date,
  fits: (version: string) => boolean = () => true,
): NewerVersions {
  // The version of a server may not be semver; then no version is known to be newer.
  if (parse(current) === null) return { cooling: [], undated: [] };
  const latest = tags?.latest;
  const bound = latest === undefined || parse(latest) === null || gt(current, latest) ? undefined : latest;
  const newer = Object.keys(versions)
    .filter((version) => parse(version) !== null && gt(version, current))
    .filter((version) => prerelease(version) === null || prerelease(current) !== null)
    .filter((version) => bound === undefined || lte(version, bound))
    .filter(fits)
    .sort(rcompare);
  const dated = newer.flatMap((version) => {
    const published = new Date(time?.[version] ?? Number.NaN);
    // A date in the future does not count: nothing was published on it.
    if (Number.isNaN(published.getTime()) || published > now) return [];
    return [{ version, published, from: daysAfter(published, cooldownDays) }];
  });
  const newest = dated.find(({ from }) => from <= now);
  const isAhead = (version: string): boolean => newest === undefined || gt(version, newest.version);
  const datedVersions = new Set(dated.map(({ version }) => version));
  return {
    ...(newest !== undefined && { newest: newest.version, publishedAt: toSecond(newest.published) }),
    cooling: dated
      .filter(({ version }) => isAhead(version))
      .map(({ version, published, from }) => ({
        version,
        publishedAt: toSecond(published),
        adoptableFrom: toSecond(from),
      })),
    undated: newer.filter((version) => !datedVersions.has(version) && isAhead(version)),
  };
}

/** For a person: one line for each newer version that may not be adopted yet, with a limit. */
export const waitingLines = ({ cooling, undated }: NewerVersions): string[] => [
  ...cooling
    .slice(0, shown)
    .map(
      ({ version, publishedAt, adoptableFrom }) =>
        `${version} may be adopted from ${adoptableFrom.slice(0, 10)}: published ${publishedAt.slice(0, 10)}`,
    ),
  ...undated.slice(0, shown).map((version) => `${version} is not offered: the registry has no date for it`),
];

/** The maximum number of versions of each kind in a message. */
const shown = 3;
