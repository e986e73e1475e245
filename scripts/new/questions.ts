/** Questions whose answers are checked when they are given. */
import { createInterface } from 'node:readline/promises';
import { didYouMean } from '../../core/did-you-mean.ts';
import { UsageError } from '../../core/failure.ts';
import { say } from '../../host/output.ts';
import { wrapped } from '../../review/show/wrapped.ts';
import { answerTo } from '../terminal.ts';

export interface Question {
  /** The option that gives the answer where nobody can be asked. */
  readonly option: string;
  readonly text: string;
  /** An answer that would be right; not needed where `allowed` lists them. */
  readonly example?: string;
  /** What counts where nothing is answered. */
  readonly suggested?: string | undefined;
  readonly allowed?: readonly string[];
  /** What is wrong with an answer, and what to write instead. */
  readonly check?: (answer: string) => string | undefined | Promise<string | undefined>;
  /** There may be nothing to answer: `-` says so. */
  readonly optional?: true;
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

/**
 * @param given answers that are there already, by option
 * @param onInterrupt is called when somebody presses Ctrl-C, also between two questions
 */
export function openQuestions(given: ReadonlyMap<string, string>, onInterrupt: () => void): Questions {
  const asks = process.stdin.isTTY && process.stderr.isTTY;
  const reader = asks ? createInterface({ input: process.stdin, output: process.stderr }) : undefined;
  reader?.on('SIGINT', onInterrupt);
  const answers = new Map<string, string>();
  const once = async (question: Question): Promise<string> => {
    const { option, suggested, optional } = question;
    const before = given.get(option);
    if (before !== undefined) {
      const fault = optional && before === '' ? undefined : await faultOf(question, before);
      if (fault === undefined) return before;
      if (reader === undefined) throw new UsageError(`${option}: ${fault}`, remedyFor(question));
      sayWrapped(`${option}: ${fault}`);
    }
    if (reader === undefined) {
      if (suggested !== undefined) return suggested;
      if (optional) return '';
      throw new UsageError(`${option} is missing`, remedyFor(question));
    }
    say(...linesOf(question));
    for (;;) {
      const typed = (await answerTo(reader, '> ')).trim();
      if (optional && (typed === '-' || (typed === '' && suggested === undefined))) return '';
      const answer = typed === '' ? suggested : typed;
      if (answer === undefined) {
        say('an answer is needed here');
        continue;
      }
      const fault = await faultOf(question, answer);
      if (fault === undefined) return answer;
      sayWrapped(fault);
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

async function faultOf({ allowed, check }: Question, answer: string): Promise<string | undefined> {
  return allowed !== undefined && !allowed.includes(answer)
    ? `${JSON.stringify(answer)} is not one of ${allowed.join(', ')}${didYouMean(answer, allowed)}`
    : check?.(answer);
}

const remedyFor = ({ option, text, example, allowed }: Question): string =>
  `give ${option}: ${text}, ${allowed === undefined ? `such as ${example ?? ''}` : `one of ${allowed.join(', ')}`}`;

/** As it is asked: each line fits a terminal of 80 columns. */
function linesOf({ text, example, suggested, allowed, optional }: Question): string[] {
  const start = `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
  const words = example === undefined || allowed !== undefined ? `${start}:` : `${start}, such as ${example}`;
  const enter =
    suggested === undefined || suggested === '' ? [] : wrapped(`Enter for: ${suggested}`.split(' '), ' ', '  ');
  return [
    '',
    ...wrapped(words.split(' '), ' ', ''),
    ...(allowed === undefined ? [] : wrapped(allowed, ', ', '  ')),
    ...enter,
    ...(optional ? [enter.length > 0 ? '  - for none' : '  Enter for none'] : []),
  ];
}

const sayWrapped = (text: string): void => say(...wrapped(text.split(' '), ' ', ''));
