/** Something wrong with input. Problems are values: a command collects all of them before it reports. */
import { compareText } from './order.ts';

export interface Problem {
  /** What kind, in kebab case: `unknown-field`. */
  readonly code: string;
  /** Path as the user knows it, or the empty string if it is about no file. */
  readonly file: string;
  /** 1-based; absent where the whole file is meant. */
  readonly line?: number;
  /** 1-based. */
  readonly column?: number;
  /** What was found and what is allowed, in lower case. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
  /** Absent means `error`. A warning does not fail a command. */
  readonly severity?: 'warning';
}

/** What is wrong, when the place is not known yet. */
export type Fault = Pick<Problem, 'code' | 'message' | 'remedy'>;

/**
 * A refusal or failure about one file as a problem of that file, so that the work on other files can go on. For `lock`,
 * `E_DIGEST` becomes `lock-digest`.
 */
export const asProblem = ({ code, message, remedy }: Fault, what: string, file: string): Problem => ({
  code: code.toLowerCase().replace(/^e_/u, `${what}-`).replaceAll('_', '-'),
  file,
  message,
  remedy,
});

/** Whether any of them fails the command. */
export const hasErrors = (problems: readonly Problem[]): boolean =>
  problems.some((problem) => problem.severity !== 'warning');

/** Files, then places in them, then codes: the order in which problems are shown. */
export const inOrder = (problems: readonly Problem[]): Problem[] =>
  problems.toSorted(
    (a, b) =>
      compareText(a.file, b.file) ||
      (a.line ?? 0) - (b.line ?? 0) ||
      (a.column ?? 0) - (b.column ?? 0) ||
      compareText(a.code, b.code),
  );
