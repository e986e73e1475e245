/** Finds packages of a lock with a newer version on its date, and optional packages that it leaves out. */
import { missingOptionalEdges, rangesByPath } from '../../../artefacts/npm/dependencies.ts';
import { newerVersions } from '../../../artefacts/npm/newer.ts';
import type { Documents } from '../../../artefacts/documents.ts';
import { labelOf, type PackageName } from '../../../artefacts/part.ts';
import type { Lock } from '../../../schemas/types.ts';
import type { Observation } from '../../verdict/finding.ts';
import type { AdvisorySource } from '../advisories/source.ts';

interface Older extends PackageName {
  /** The newest version that every dependent accepts and that was published by the date of the lock. */
  readonly newest: string;
}

/**
 * There are many honest reasons for an older version: a mirror was late, or another package needs it. So it is a note, unless an
 * advisory is about the old version but not about the newer one. Then a person must decide.
 */
export async function findOlderPackages(
  lock: Lock,
  documents: Documents,
  advisories: Pick<AdvisorySource, 'find'>,
): Promise<Observation[]> {
  const older = olderPackages(lock, documents);
  const known = await advisories.find(
    older.flatMap(({ type, name, version, newest }) => [
      { type, name, version },
      { type, name, version: newest },
    ]),
  );
  const idsOf = (one: PackageName): string[] => (known.get(labelOf(one)) ?? []).map(({ id }) => id);
  return older.map((each): Observation => {
    const { newest } = each;
    const subject = labelOf(each);
    const left = new Set(idsOf({ ...each, version: newest }));
    const fixed = idsOf(each).filter((id) => !left.has(id));
    const message = `${subject} is in the lock, and ${newest} was published by ${lock.resolvedAsOf} and fits as well`;
    if (fixed.length === 0)
      return {
        rule: 'lock-older-package',
        level: 'note',
        subject,
        message,
        remedy: 'run `registry lock` again to move to it',
      };
    return {
      rule: 'lock-without-fix',
      level: 'review',
      subject,
      message: `${message}, without ${listed(fixed)}`,
      remedy: 'run `registry lock` again; if the mirror does not have the newer version yet, say so in the review',
    };
  });
}

/** The ids in one message. */
const maxListed = 10;

const listed = (ids: readonly string[]): string =>
  [...ids.slice(0, maxListed), ...(ids.length > maxListed ? [`${ids.length - maxListed} more`] : [])].join(', ');

/** Each once, sorted. The root is left out: the manifest says which version it is. */
function olderPackages({ closure, resolvedAsOf }: Lock, documents: Documents): Older[] {
  if (closure.kind !== 'npm') return [];
  const ranges = rangesByPath(closure);
  const found = Object.entries(closure.packages).flatMap(([path, { name, version }]): [string, Older][] => {
    const document = documents.of({ type: 'npm', name });
    if (document === undefined || path === closure.root) return [];
    const wanted = ranges.get(path) ?? [];
    const fits = (candidate: string): boolean => wanted.every((range) => range.test(candidate));
    const { newest } = newerVersions(document, version, 0, new Date(resolvedAsOf), fits);
    if (newest === undefined) return [];
    const older: Older = { type: 'npm', name, version, newest };
    return [[`${labelOf(older)} ${newest}`, older]];
  });
  return [...new Map(found.toSorted(([a], [b]) => (a < b ? -1 : 1))).values()];
}

/** Optional dependencies that are missing: npm leaves one out if the registry does not have it. */
export const missingOptional = ({ closure }: Lock): Observation[] =>
  (closure.kind === 'npm' ? missingOptionalEdges(closure) : []).map(({ from, name, range }) => ({
    rule: 'lock-without-optional',
    level: 'note',
    subject: from,
    message: `${from} has the optional dependency ${name}@${range}, but the lock does not contain it`,
    remedy: 'run `registry lock` again if the registry has it',
  }));
