/** Checks the new packages of a lock: their bytes, their names, and their data at the registry. */
import { packagesOf } from '../../../catalog/lock-outline.ts';
import type { Resolver } from '../../../resolve/lock.ts';
import { fetchPackuments } from '../../../resolve/packuments.ts';
import { checkOfLock } from '../../verdict/check.ts';
import { establishedNames } from './established.ts';
import { inFamilies } from './families.ts';
import { checkLookAlikes } from './look-alikes.ts';
import { checkIntegrity, newPackages, type KnownPackages } from './packages.ts';
import { checkUpstream } from './upstream.ts';

/** The tools of this check. */
interface PackageTools {
  readonly known: KnownPackages;
  readonly resolver: Resolver;
  /** The moment to which ages are counted. */
  readonly moment: Date;
}

/** @throws Failure if the registry does not answer: without an answer, the check has not passed */
export const packagesCheck = checkOfLock(async ({ lock, change }, { known, resolver, moment }: PackageTools) => {
  const { closure } = lock.value;
  const added = newPackages(lock.value, known);
  const context = {
    rootName: closure.packages[closure.root]?.name ?? '',
    packuments: await fetchPackuments(added, resolver.registry),
    moment,
    isMerged: change === 'unchanged',
  };
  const names = {
    names: known.names,
    root: context.rootName,
    established: establishedNames(added, context.packuments, moment),
  };
  const always = [...checkIntegrity(added, known), ...checkLookAlikes(added, names)];
  return {
    observe: (policy) => inFamilies([...always, ...checkUpstream(added, context, policy)], lock.value),
    ran: true,
    detail: `${added.length} packages that are new here, of ${packagesOf(lock.value).length}`,
  };
});
