/** Whether everything in a lock is what the packages say, and whether something newer was there on its date. */
import { toSecond } from '../../../core/time.ts';
import type { Resolver } from '../../../resolve/lock.ts';
import { fetchPackuments } from '../../../resolve/packuments.ts';
import { proveLock } from '../../../resolve/proof.ts';
import type { Lock } from '../../../schemas/types.ts';
import type { Observation } from '../../verdict/finding.ts';
import { checkOfLock, outcomeOf } from '../../verdict/check.ts';
import type { AdvisorySource } from '../advisories/source.ts';
import { findOlderPackages, missingOptional } from './older-packages.ts';

/** What the check works with. */
interface LockTools {
  readonly resolver: Resolver;
  readonly advisories: AdvisorySource;
  /** No lock is of a later date. */
  readonly moment: Date;
}

/**
 * Every server's lock is proved. What newer versions there were is asked only of a lock that is new or changed: the
 * others were reviewed when they changed.
 * @throws Failure where the registry does not answer: what could not be asked has not passed
 */
export const reproducibleCheck = checkOfLock(async ({ lock: { value: lock }, change }, tools: LockTools) => {
  const { resolver, moment, advisories } = tools;
  const packages = Object.values(lock.closure.packages);
  const packuments = await fetchPackuments(packages, resolver.registry);
  const faults = await proveLock(lock, resolver, packuments);
  const observations = faults.map(({ code, subject, message, remedy }): Observation => {
    // A dependency that is not satisfied is a problem of the file too, with a code of its own.
    const rule = subject === 'closure' ? 'lock-unproven' : code;
    return { rule, level: 'block', subject, message, remedy };
  });
  const newer =
    change === 'unchanged'
      ? []
      : [...(await findOlderPackages(lock, packuments, advisories)), ...missingOptional(lock)];
  return outcomeOf(`the tarballs and the dependencies of ${packages.length} packages`, [
    ...checkDate(lock, moment),
    ...observations,
    ...newer,
  ]);
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
