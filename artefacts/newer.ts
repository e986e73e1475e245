/** The newer versions of a package, and those that the policy already allows: the same for every kind of package. */
import { daysAfter, toSecond } from '../core/time.ts';
import type { PackageName } from './part.ts';

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

/** A package of a lock that could be newer. */
export interface Outdated extends PackageName {
  /** The newest version that every dependent accepts and that was published by the date of the lock. */
  readonly newest: string;
}

/** No version is known to be newer. */
export const noneNewer: NewerVersions = { cooling: [], undated: [] };

export interface Candidate {
  readonly version: string;
  /** As the registry writes it. It may be anything. */
  readonly publishedAt: string | undefined;
}

/** @param newer all versions to which a server may move, the newest first */
export function byCooldown(newer: readonly Candidate[], cooldownDays: number, now: Date): NewerVersions {
  const dated = newer.flatMap(({ version, publishedAt }, place) => {
    const published = new Date(publishedAt ?? Number.NaN);
    // A date in the future does not count: nothing was published on it.
    if (Number.isNaN(published.getTime()) || published > now) return [];
    return [{ version, place, published, from: daysAfter(published, cooldownDays) }];
  });
  const newest = dated.find(({ from }) => from <= now);
  const ahead = newest === undefined ? newer : newer.slice(0, newest.place);
  const places = new Set(dated.map(({ place }) => place));
  return {
    ...(newest !== undefined && { newest: newest.version, publishedAt: toSecond(newest.published) }),
    cooling: dated
      .filter(({ place }) => place < ahead.length)
      .map(({ version, published, from }) => ({
        version,
        publishedAt: toSecond(published),
        adoptableFrom: toSecond(from),
      })),
    undated: ahead.flatMap(({ version }, place) => (places.has(place) ? [] : [version])),
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
