/** Checks what the code of new packages does, compared with their earlier versions. */
import type { PackageIdentity } from '../../../catalog/lock-outline.ts';
import { packagesOf } from '../../../catalog/lock-packages.ts';
import { mapConcurrently } from '../../../core/concurrency.ts';
import { maxConcurrentDownloads } from '../../../core/limits.ts';
import type { Resolver } from '../../../resolve/lock.ts';
import { checkOfLock, outcomeOf } from '../../verdict/check.ts';
import { inFamilies } from '../packages/families.ts';
import { newPackages, type KnownPackages } from '../packages/packages.ts';
import { asksOfAll } from './loaded.ts';
import { codeObservations } from './observations.ts';
import type { CodeReport } from './report.ts';
import type { CodeScanner } from './scanner.ts';

/** The tools of this check. */
interface CodeTools {
  readonly known: KnownPackages;
  readonly resolver: Resolver;
  readonly code: CodeScanner;
}

export const codeCheck = checkOfLock(async ({ lock }, { known, resolver, code }: CodeTools) => {
  const added = newPackages(lock.value, known);
  const scan = ({ name, version, integrity }: PackageIdentity): Promise<CodeReport> =>
    code.scan({
      name,
      version,
      integrity,
      tarball: () => resolver.blobs.readOr(integrity, () => resolver.registry.tarball(name, version, integrity)),
    });
  const all = new Map(
    [...added, ...added.flatMap(({ name }) => known.byName(name))].map((each) => [each.integrity, each]),
  );
  const reports = await mapConcurrently([...all.values()], maxConcurrentDownloads, scan);
  const isNew = new Set(added.map(({ integrity }) => integrity));
  const fresh = reports.filter(({ integrity }) => isNew.has(integrity));
  // Only where a finding may count less, the other packages must say what they load of this one.
  const others = hasUnloaded(fresh) ? packagesOf(lock.value).filter(({ integrity }) => !isNew.has(integrity)) : [];
  const asks = asksOfAll([...fresh, ...(await mapConcurrently(others, maxConcurrentDownloads, scan))]);
  return outcomeOf(
    `the code of ${added.length} packages that are new here`,
    inFamilies(
      codeObservations(
        fresh,
        reports.filter(({ integrity }) => !isNew.has(integrity)),
        asks,
      ),
      lock.value,
    ),
  );
});

const hasUnloaded = (reports: readonly CodeReport[]): boolean =>
  reports.some(
    ({ result }) => result.kind === 'scanned' && result.findings.some(({ unloaded }) => unloaded !== undefined),
  );
