/** Checks that a lock matches its packages, and whether newer versions existed on its date. */
import { imageLock, partsOf } from '../../../artefacts/kinds.ts';
import { toSecond } from '../../../core/time.ts';
import type { Resolver } from '../../../resolve/lock.ts';
import { fetchDocuments } from '../../../artefacts/documents.ts';
import { proveLock } from '../../../resolve/proof.ts';
import type { Lock } from '../../../schemas/types.ts';
import type { Observation } from '../../verdict/finding.ts';
import { checkOfLock, outcomeOf } from '../../verdict/check.ts';
import type { AdvisorySource } from '../advisories/source.ts';
import { imagePackages } from '../syft/image-packages.ts';
import type { ListPackages } from '../syft/syft.ts';
import { findOlderPackages, missingOptional } from './older-packages.ts';

/** The tools of this check. */
interface LockTools {
  readonly resolver: Resolver;
  readonly advisories: AdvisorySource;
  /** Lists what images hold. Absent where syft is not installed. */
  readonly syft?: ListPackages | undefined;
  /** No lock may have a later date. */
  readonly moment: Date;
}

/**
 * Proves the lock of every server. Newer versions are searched only for a lock that is new or changed, because the others were
 * reviewed when they changed.
 * @throws Failure if the registry does not answer: without an answer, the check has not passed
 */
export const reproducibleCheck = checkOfLock(async ({ lock: { value: lock }, change }, tools: LockTools) => {
  const { resolver, moment, advisories, syft } = tools;
  const packages = partsOf(lock);
  const documents = await fetchDocuments(packages, resolver);
  const faults = await proveLock(lock, resolver, documents);
  const observations = faults.map(({ code, subject, message, remedy }): Observation => {
    // A dependency that is not satisfied is also a problem of the file, with its own code.
    const rule = subject === 'closure' ? 'lock-unproven' : code;
    return { rule, level: 'block', subject, message, remedy };
  });
  const newer =
    change === 'unchanged'
      ? []
      : [
          ...(await findOlderPackages(lock, documents, advisories)),
          ...missingOptional(lock),
          ...(await imagePackages(lock, { resolver, advisories, syft })),
        ];
  const proved =
    imageLock(lock) === undefined
      ? `the archives and the dependencies of ${packages.length} packages`
      : 'every layer of the image';
  return outcomeOf(proved, [...checkDate(lock, moment), ...observations, ...newer]);
});

const checkDate = ({ resolvedAsOf }: Lock, moment: Date): Observation[] =>
  new Date(resolvedAsOf) <= moment
    ? []
    : [
        {
          rule: 'lock-from-the-future',
          level: 'block',
          subject: 'closure',
          message: `the lock was made as of ${resolvedAsOf}, and it is ${toSecond(moment)}`,
          remedy: 'run `registry lock` again, on a machine with the right time',
        },
      ];
