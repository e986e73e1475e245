/** Checks what the code of new packages does, compared with their earlier versions. */
import type { PackageIdentity } from '../../../catalog/lock-outline.ts';
import { partsOf } from '../../../artefacts/kinds.ts';
import { artefactIn } from '../../../artefacts/loaded.ts';
import { namesByFolder } from '../../../artefacts/npm/parts.ts';
import { storedPart } from '../../../artefacts/sources.ts';
import { mapConcurrently } from '../../../core/concurrency.ts';
import { maxConcurrentDownloads } from '../../../core/limits.ts';
import type { Resolver } from '../../../resolve/lock.ts';
import type { Lock } from '../../../schemas/types.ts';
import { checkOfLock, outcomeOf } from '../../verdict/check.ts';
import { inFamilies } from '../packages/families.ts';
import { newParts, type KnownPackages } from '../packages/packages.ts';
import { imageObservations } from './image.ts';
import { asksOfAll, type Asks } from './loaded.ts';
import { codeObservations } from './observations.ts';
import { raisedObservations } from './raised.ts';
import type { CodeReport } from './report.ts';
import { ruleById } from './rules.ts';
import type { CodeScanner } from './scanner.ts';

/** The tools of this check. */
interface CodeTools {
  readonly known: KnownPackages;
  readonly resolver: Resolver;
  readonly code: CodeScanner;
}

export const codeCheck = checkOfLock(async ({ lock, change }, { known, resolver, code }: CodeTools) => {
  const added = newParts(lock.value, known);
  const isNew = new Set(added.map(({ integrity }) => integrity));
  const scanned = new Map<string, CodeReport>();
  const scan = (identity: PackageIdentity): Promise<CodeReport> =>
    code.scan(identity, () => storedPart(identity, resolver));
  /** Each once, in order. */
  const reportsOf = async (packages: readonly PackageIdentity[]): Promise<CodeReport[]> => {
    const all = new Map(packages.map((each) => [each.integrity, each]));
    const missing = [...all.values()].filter(({ integrity }) => !scanned.has(integrity));
    for (const report of await mapConcurrently(missing, maxConcurrentDownloads, scan))
      scanned.set(report.integrity, report);
    return [...all.keys()].flatMap((integrity) => scanned.get(integrity) ?? []);
  };
  const reports = await reportsOf([...added, ...added.flatMap((each) => known.versions(each))]);
  const fresh = reports.filter(({ integrity }) => isNew.has(integrity));
  const earlier = reports.filter(({ integrity }) => !isNew.has(integrity));
  const kept = partsOf(lock.value).filter(({ integrity }) => !isNew.has(integrity));
  const asksOf = (all: readonly CodeReport[]): Asks => asksOfAll(all, [rootOf(lock.value)], foldersOf(lock.value));
  const asked = asksOf(fresh);
  const named = await reportsOf(kept.filter(({ name }) => asked === 'anything' || asked.has(name)));
  // Only where a finding may count less, or may have counted less, the other packages must say what they load.
  const others = hasFindings([...reports, ...named]) ? await reportsOf(kept) : [];
  const asks = {
    // An earlier version that was not scanned is not known to have loaded anything.
    before: asksOf([...earlier.filter(({ result }) => result.kind === 'scanned'), ...others]),
    now: asksOf([...fresh, ...others]),
  };
  // What was merged was read when it changed.
  const inImage = change === 'unchanged' ? [] : await imageObservations(lock.value, resolver, code);
  const { closure } = lock.value;
  return outcomeOf(
    closure.kind === 'oci'
      ? `every file of the image, for ${closure.images.length} platforms, by its patterns alone`
      : `the code of ${added.length} packages that are new here`,
    inFamilies([...codeObservations(fresh, earlier, asks), ...raisedObservations(named, asks), ...inImage], lock.value),
  );
});

const rootOf = (lock: Lock): string => artefactIn(lock)?.name ?? '';

/** The names of the packages that lie in the folders of a name. */
function foldersOf(lock: Lock): (folder: string) => readonly string[] {
  const names = namesByFolder(lock);
  return (folder) => [...(names.get(folder) ?? [folder])];
}

const hasFindings = (reports: readonly CodeReport[]): boolean =>
  reports.some(
    ({ result }) =>
      result.kind === 'scanned' && result.findings.some(({ rule }) => ruleById.get(rule)?.level !== 'note'),
  );
