/**
 * Decides which versions a record is about, with the algorithm of OSV's schema:
 * https://ossf.github.io/osv-schema/#evaluation
 */
import { compareLoose, valid } from 'semver';
import type { Advisory, PackageVersion } from './advisory.ts';
import type { OsvEvent, OsvRecord } from './osv-record.ts';

/** Whether a record is about a version of an npm package. */
export const isAffected = (record: OsvRecord, { name, version }: PackageVersion): boolean =>
  !record.withdrawn &&
  record.affected.some(
    (affected) =>
      affected.name === name &&
      (affected.versions.has(version) || affected.ranges.some((events) => isInRange(version, events))),
  );

function isInRange(version: string, events: readonly OsvEvent[]): boolean {
  // A version that cannot be compared is in every range.
  if (valid(version, { loose: true }) === null) return true;
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

const byVersion = (a: OsvEvent, b: OsvEvent): number => order(a.version, b.version) || turn[a.kind] - turn[b.kind];

/** In semver order, with `0` before and `*` after all others. */
function order(a: string, b: string): number {
  if (a === b) return 0;
  if (a === '0' || b === '*') return -1;
  if (a === '*' || b === '0') return 1;
  return compareLoose(a, b);
}

/** The advisory in a record about a version. */
export const advisoryOf = (record: OsvRecord, { name, version }: PackageVersion): Advisory => ({
  id: record.id,
  aliases: record.aliases,
  severity: record.severity,
  malware: record.malware,
  ...(record.summary !== undefined && { summary: record.summary }),
  fixedIn: record.affected
    .filter((affected) => affected.name === name)
    .flatMap(({ ranges }) => ranges.flat())
    .filter((event) => event.kind === 'fixed' && order(version, event.version) < 0)
    .map((event) => event.version),
});
