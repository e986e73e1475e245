/** Rules, observations and the order of findings, which all checks of a review share. */
import type { Finding, Level } from '../../schemas/types.ts';
import { compareText } from '../../core/order.ts';

/** One rule of the review. Exceptions, SARIF and the documentation use its id. */
export interface Rule {
  /** In kebab case, and unique among all rules. */
  readonly id: string;
  /** The most severe level of its findings. */
  readonly level: Level;
  /** What it finds, in a sentence. */
  readonly about: string;
}

/** What a check found, without the server and the place in a file. */
export type Observation = Pick<Finding, 'rule' | 'level' | 'subject' | 'integrity' | 'message' | 'remedy'> & {
  /** The field of the manifest that it is about; absent where it is about the lock. */
  readonly field?: readonly (string | number)[];
};

/** Characters in the subject of a finding, as in schemas/review.schema.json and policy.schema.json. */
export const maxSubjectLength = 500;

/** Shortens a text, because names from packages and servers may have any length. */
export const cut = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1).toWellFormed()}…`;

/** For `sort`: the most severe level first. */
export const compareSeverity = (a: Level, b: Level): number => severity[a] - severity[b];

const severity: Readonly<Record<Level, number>> = { block: 0, review: 1, note: 2 };

/** The order in which findings are shown: the most severe first, then by server, rule and subject. */
export const bySeverity = (findings: readonly Finding[]): Finding[] =>
  findings.toSorted(
    (a, b) =>
      compareSeverity(a.level, b.level) ||
      compareText(a.server, b.server) ||
      compareText(a.rule, b.rule) ||
      compareText(a.subject, b.subject) ||
      compareText(a.message, b.message),
  );
