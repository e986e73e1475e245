/**
 * Decides which versions a record is about, with the algorithm of OSV's schema:
 * https://ossf.github.io/osv-schema/#evaluation
 */
import { isNamed, type PackageName, type PackageType } from '../../../artefacts/part.ts';
import { compareVersions, isVersion, publishedVersion } from '../../../artefacts/versions.ts';
import type { Advisory } from './advisory.ts';
import type { OsvAffected, OsvEvent, OsvRecord } from './osv-record.ts';

/** Whether a record is about a version of a package. */
export const isAffected = (record: OsvRecord, about: PackageName): boolean =>
  !record.withdrawn &&
  record.affected.some(
    (affected) =>
      isAbout(affected, about) &&
      (isListed(about, affected.versions) || affected.ranges.some((events) => isInRange(about, events))),
  );

const isAbout = (affected: OsvAffected, about: PackageName): boolean =>
  affected.type === about.type && isNamed(about, affected.name);

/** Python's versions have several spellings: 1.0 is 1.0.0. */
const isListed = ({ type, version }: PackageName, versions: ReadonlySet<string>): boolean =>
  versions.has(version) ||
  (type === 'pypi' && [...versions].some((listed) => comparePublished(type, version, listed) === 0));

function isInRange({ type, version }: PackageName, events: readonly OsvEvent[]): boolean {
  // A version that cannot be compared is in every range.
  if (!isVersion(type, version)) return true;
  const order = orderOf(type);
  const byVersion = (a: OsvEvent, b: OsvEvent): number => order(a.version, b.version) || turn[a.kind] - turn[b.kind];
  const limits = events.filter(({ kind }) => kind === 'limit');
  if (limits.length > 0 && !limits.some((limit) => order(version, limit.version) < 0)) return false;
  let affected = false;
  for (const event of events.toSorted(byVersion)) {
    const place = order(version, event.version);
    if (event.kind === 'introduced' && place >= 0) affected = true;
    else if (event.kind === 'fixed' && place >= 0) affected = false;
    else if (event.kind === 'last_affected' && place > 0) affected = false;
  }
  return affected;
}

/** At the same version, `fixed` comes before `introduced`, and `last_affected` after it. */
const turn: Readonly<Record<OsvEvent['kind'], number>> = { fixed: 0, introduced: 1, last_affected: 2, limit: 3 };

/**
 * In the order of the registry, with `0` before and `*` after all others. Records are about what the registry published: a
 * build of a version, or a local version made from it, has its faults.
 */
const orderOf =
  (type: PackageType) =>
  (a: string, b: string): number => {
    if (a === b) return 0;
    if (a === '0' || b === '*') return -1;
    if (a === '*' || b === '0') return 1;
    return comparePublished(type, a, b);
  };

const comparePublished = (type: PackageType, a: string, b: string): number =>
  compareVersions(type, publishedVersion({ type, version: a }), publishedVersion({ type, version: b }));

/** The advisory in a record about a version. */
export const advisoryOf = (record: OsvRecord, about: PackageName): Advisory => ({
  id: record.id,
  aliases: record.aliases,
  severity: record.severity,
  malware: record.malware,
  ...(record.summary !== undefined && { summary: record.summary }),
  fixedIn: record.affected
    .filter((affected) => isAbout(affected, about))
    .flatMap(({ ranges }) => ranges.flat())
    .filter((event) => event.kind === 'fixed' && isLater(about, event.version))
    .map((event) => event.version),
});

/** A version that cannot be compared is before every fix. */
const isLater = ({ type, version }: PackageName, fixed: string): boolean =>
  !isVersion(type, version) || orderOf(type)(version, fixed) < 0;
