/** What was found in the code of one package, before anything decides which findings count. */
import { maxCodeFindings } from '../../../core/limits.ts';

/** Something that a rule found in one file. */
export interface CodeFinding {
  readonly rule: string;
  /** Path in the package; its length has a limit. */
  readonly file: string;
  /** Which thing, where a rule can find different things; its length has a limit. */
  readonly value: string;
  readonly count: number;
  /** A weak finding means nothing alone. It counts only when the earlier version did not have it. */
  readonly weak?: true;
}

/** Why a package was not scanned: time or memory, a crash, a file too large, a broken archive. */
export type NotScanned = 'bounds' | 'crash' | 'size' | 'archive';

/** The result of scanning the files of a package. */
export type ScanResult =
  | { readonly kind: 'scanned'; readonly findings: readonly CodeFinding[] }
  | { readonly kind: 'not-scanned'; readonly why: NotScanned };

/** A package, and what was found in it. */
export interface CodeReport {
  readonly name: string;
  readonly version: string;
  readonly integrity: string;
  readonly result: ScanResult;
}

/** In characters. */
const maxPathLength = 300;
const maxValueLength = 120;

/** Joins equal findings into one with a count, in a fixed order, with a limit of findings for each rule. */
export function gathered(found: readonly Omit<CodeFinding, 'count'>[]): CodeFinding[] {
  const counted = new Map<string, CodeFinding>();
  for (const { rule, file, value, weak } of found) {
    const place = file.slice(0, maxPathLength).toWellFormed();
    const what = value.slice(0, maxValueLength).toWellFormed();
    const key = JSON.stringify([rule, weak === true, place, what]);
    const count = (counted.get(key)?.count ?? 0) + 1;
    counted.set(key, { rule, file: place, value: what, count, ...(weak === true && { weak }) });
  }
  const inOrder = [...counted].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, finding]) => finding);
  return [...Map.groupBy(inOrder, ({ rule }) => rule).values()].flatMap((ofRule) => ofRule.slice(0, maxCodeFindings));
}
