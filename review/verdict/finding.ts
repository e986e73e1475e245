/** What the checks of a review have in common. */
import type { Finding, Level } from '../../schemas/types.ts';
import { compareText } from '../../core/order.ts';

/** One rule of the review, as exceptions, SARIF and the documentation name it. */
export interface Rule {
  /** In kebab case; unique among all rules, and never the code of a problem. */
  readonly id: string;
  /** The most severe level that it gives. */
  readonly level: Level;
  /** What it finds, in a sentence. */
  readonly about: string;
}

/** A finding before it is known of which server, and where that stands in a file. */
export type Observation = Pick<Finding, 'rule' | 'level' | 'subject' | 'message' | 'remedy'> & {
  /** The field of the manifest that it is about; otherwise it is about what the lock holds. */
  readonly field?: readonly (string | number)[];
};

/** In characters, of a finding; schemas/review.schema.json says the same, and policy.schema.json of exceptions. */
export const maxSubjectLength = 500;

/** What packages and servers name things may be as long as they like. */
export const cut = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1).toWellFormed()}…`;

/** For `sort`: the most severe level first. */
export const compareSeverity = (a: Level, b: Level): number => severity[a] - severity[b];

const severity: Readonly<Record<Level, number>> = { block: 0, review: 1, note: 2 };

/** The most severe first, then by server, rule and subject: the order in which findings are shown. */
export const bySeverity = (findings: readonly Finding[]): Finding[] =>
  findings.toSorted(
    (a, b) =>
      compareSeverity(a.level, b.level) ||
      compareText(a.server, b.server) ||
      compareText(a.rule, b.rule) ||
      compareText(a.subject, b.subject) ||
      compareText(a.message, b.message),
  );
