/** Chooses the version of a package for a new server. */
import { lte, parse, prerelease, rcompare } from 'semver';
import type { Packument } from './packument.ts';

export interface Adoptable {
  readonly version: string;
  /** The version that its publisher recommends, if it is still too new. */
  readonly tooNew?: string;
}

/**
 * The recommended version if it was published by then; otherwise the newest earlier version that was. If no version was
 * published by then, or the dates are unknown, the recommended version. Undefined if there is no version.
 */
export function adoptableVersion({ versions, 'dist-tags': tags, time }: Packument, asOf: Date): Adoptable | undefined {
  const all = Object.keys(versions).filter((version) => parse(version) !== null);
  const stable = all.filter((version) => prerelease(version) === null);
  const tagged = tags?.latest;
  const latest =
    tagged !== undefined && versions[tagged] !== undefined
      ? tagged
      : (stable.length > 0 ? stable : all).sort(rcompare)[0];
  if (latest === undefined) return undefined;
  const isOut = (version: string): boolean => {
    const published = time?.[version];
    return published !== undefined && new Date(published) <= asOf;
  };
  if (time?.[latest] === undefined || isOut(latest)) return { version: latest };
  const candidates = parse(latest) === null || prerelease(latest) !== null ? all : stable;
  const version = candidates
    .filter((each) => isOut(each) && (parse(latest) === null || lte(each, latest)))
    .sort(rcompare)[0];
  return { version: version ?? latest, tooNew: latest };
}
