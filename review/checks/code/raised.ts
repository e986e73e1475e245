/** The findings of approved packages that count more now, because a new package loads their files. */
import type { Observation } from '../../verdict/finding.ts';
import { isUnloaded, type Asks } from './loaded.ts';
import { observation } from './observations.ts';
import type { CodeReport } from './report.ts';

/** When these packages were approved, nothing loaded the files, so that their findings counted one level less. */
export const raisedObservations = (
  kept: readonly CodeReport[],
  { before, now }: { readonly before: Asks; readonly now: Asks },
): Observation[] =>
  kept.flatMap((report) => {
    const { name, result } = report;
    if (result.kind === 'not-scanned') return [];
    const raised = result.findings.filter(
      (finding) => finding.weak !== true && isUnloaded(finding, name, before) && !isUnloaded(finding, name, now),
    );
    return [...Map.groupBy(raised, ({ rule }) => rule)].map(([id, findings]) => {
      const { message, ...rest } = observation(id, findings, report);
      return {
        ...rest,
        message: `${message}; it was approved while nothing loaded these files, and a new package does`,
      };
    });
  });
