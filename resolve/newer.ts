/** Which newer versions of a package there are, and which of them policy lets a server move to already. */
import { gt, lte, parse, prerelease, rcompare } from 'semver';
import { toSecond, daysAfter } from '../core/time.ts';
import type { Packument } from '../core/packument.ts';

/** A version that was published too recently. */
export interface CoolingVersion {
  readonly version: string;
  readonly publishedAt: string;
  /** The moment from which it may be adopted. */
  readonly adoptableFrom: string;
}

export interface NewerVersions {
  /** The newest that may be adopted; absent where there is none. */
  readonly newest?: string;
  readonly publishedAt?: string;
  /** What is newer still, and may not be adopted yet, the newest first. */
  readonly cooling: readonly CoolingVersion[];
  /** Newer versions without a publication date: none of them is offered. The newest first. */
  readonly undated: readonly string[];
}

/**
 * What a server may move to from its current version. Pre-releases are left out unless the current one is one. What is
 * above the tag `latest` is left out, since its publisher does not recommend it yet, unless there is no such tag, or
 * the current version is above it, too. `fits` leaves out what would not do in some place.
 */
export function newerVersions(
  { versions, 'dist-tags': tags, time }: Packument,
  current: string,
  cooldownDays: number,
  now: Date,
  fits: (version: string) => boolean = () => true,
): NewerVersions {
  // A server need not be versioned as semver has it; then nothing is known to be newer.
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
    // A date that is still to come is none: nothing was published on it.
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

/** For a person: what is newer and may not be adopted yet, a line each. At most the newest few. */
export const waitingLines = ({ cooling, undated }: NewerVersions): string[] => [
  ...cooling
    .slice(0, shown)
    .map(
      ({ version, publishedAt, adoptableFrom }) =>
        `${version} may be adopted from ${adoptableFrom.slice(0, 10)}: published ${publishedAt.slice(0, 10)}`,
    ),
  ...undated.slice(0, shown).map((version) => `${version} is not offered: the registry has no date for it`),
];

/** Versions of each kind in a message. */
const shown = 3;
