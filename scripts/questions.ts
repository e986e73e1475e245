/** Questions whose answers are checked when they are given, and kept in a draft where somebody breaks off. */
import { createInterface } from 'node:readline/promises';
import { didYouMean } from '../core/did-you-mean.ts';
import { UsageError } from '../core/failure.ts';
import { say } from '../host/output.ts';
import { answerTo } from './terminal.ts';

export interface Question {
  /** The option that gives the answer where nobody can be asked. */
  readonly option: string;
  readonly text: string;
  readonly suggested?: string | undefined;
  readonly allowed?: readonly string[];
  /** What is wrong with an answer, and what to write instead. */
  readonly check?: (answer: string) => string | undefined;
  /** A list may be empty: `-` says so where something is suggested. */
  readonly list?: true;
}

export interface Questions {
  /** Whether somebody can be asked. */
  readonly asks: boolean;
  /** By option: what the options and the draft say. */
  readonly given: ReadonlyMap<string, string>;
  /** By option: what was answered so far. */
  readonly answers: ReadonlyMap<string, string>;
  /** @throws UsageError where nobody can be asked and nothing is suggested; where a given answer is wrong */
  readonly answer: (question: Question) => Promise<string>;
  readonly close: () => void;
}

/** `given` are answers that are there already, by option. */
export function openQuestions(given: ReadonlyMap<string, string>): Questions {
  const asks = process.stdin.isTTY && process.stderr.isTTY;
  const reader = asks ? createInterface({ input: process.stdin, output: process.stderr }) : undefined;
  const answers = new Map<string, string>();
  const wrong = ({ allowed, check }: Question, answer: string): string | undefined =>
    allowed !== undefined && !allowed.includes(answer)
      ? `${JSON.stringify(answer)} is not one of ${allowed.join(', ')}${didYouMean(answer, allowed)}`
      : check?.(answer);
  const once = async (question: Question): Promise<string> => {
    const { option, text, suggested, list } = question;
    const before = given.get(option);
    if (before !== undefined) {
      const fault = wrong(question, before);
      if (fault === undefined) return before;
      if (reader === undefined) throw new UsageError(`${option}: ${fault}`, `give ${option}: ${text}`);
      say(`${option}: ${fault}`);
    }
    if (reader === undefined) {
      if (suggested !== undefined) return suggested;
      if (list) return '';
      throw new UsageError(`${option} is missing`, `give ${option}: ${text}`);
    }
    for (;;) {
      const hint = suggested === undefined || suggested === '' ? '' : ` [${suggested}]`;
      const typed = (await answerTo(reader, `${text}${hint}: `)).trim();
      if (list && (typed === '-' || (typed === '' && suggested === undefined))) return '';
      const answer = typed === '' ? suggested : typed;
      const fault = answer === undefined ? undefined : wrong(question, answer);
      if (answer !== undefined && fault === undefined) return answer;
      if (fault !== undefined) say(fault);
    }
  };
  return {
    asks,
    given,
    answers,
    answer: async (question) => {
      const answer = await once(question);
      answers.set(question.option, answer);
      return answer;
    },
    close: () => reader?.close(),
  };
}
