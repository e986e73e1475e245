/** Finds packages of a lock with a newer version on its date, and optional packages that it leaves out. */
import type { Documents } from '../../../artefacts/documents.ts';
import { leftOutBy, outdatedOf } from '../../../artefacts/graphs.ts';
import { partsOf } from '../../../artefacts/kinds.ts';
import type { Outdated } from '../../../artefacts/newer.ts';
import { labelOf, type PackageName } from '../../../artefacts/part.ts';
import type { Lock } from '../../../schemas/types.ts';
import type { Observation } from '../../verdict/finding.ts';
import type { AdvisorySource } from '../advisories/source.ts';

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

/** Each once, sorted. */
const olderPackages = (lock: Lock, documents: Documents): Outdated[] => [
  ...new Map(
    outdatedOf(lock, documents)
      .map((older): [string, Outdated] => [`${labelOf(older)} ${older.newest}`, older])
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  ).values(),
];

/** Optional dependencies that are missing: npm leaves one out if the registry does not have it. */
export function missingOptional(lock: Lock): Observation[] {
  const labels = new Map(partsOf(lock).map((part) => [part.folder, labelOf(part)]));
  return leftOutBy(lock).map(({ folder, name, range }) => {
    const subject = labels.get(folder) ?? folder;
    return {
      rule: 'lock-without-optional',
      level: 'note',
      subject,
      message: `${subject} has the optional dependency ${name}@${range}, but the lock does not contain it`,
      remedy: 'run `registry lock` again if the registry has it',
    };
  });
}
