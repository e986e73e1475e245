/** What was found in the code of one package, before it is decided what counts. */
import { maxCodeFindings } from '../../../core/limits.ts';

/** Something that a rule found in one file. */
export interface CodeFinding {
  readonly rule: string;
  /** Path in the package; bounded. */
  readonly file: string;
  /** What of it, where a rule finds different things; bounded. */
  readonly value: string;
  readonly count: number;
  /** Says nothing of a package by itself; that it was not there in the version before does. */
  readonly weak?: true;
}

/** Why a package was not scanned: time or memory, a crash, a file too large, a broken archive. */
export type NotScanned = 'bounds' | 'crash' | 'size' | 'archive';

/** What scanning the files of a package gives. */
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

/** Equal findings as one with its count, in an order of their own, and no more of one rule than the limit. */
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
