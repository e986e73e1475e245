/** Asking a person at a terminal. */
import { createInterface, type Interface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { UsageError } from '../core/failure.ts';
import { say } from '../host/output.ts';

/** Somebody ended a question with Ctrl-C or Ctrl-D. */
export class Interrupted extends UsageError {}

/** What was typed, to the letter. @throws Interrupted where the person broke off instead */
export const answerTo = (reader: Interface, question: string): Promise<string> =>
  reader.question(question).catch((cause: unknown) => {
    throw new Interrupted('nothing was answered', 'run the command again', { cause });
  });

const isTerminal = (): boolean => process.stdin.isTTY && process.stderr.isTTY;

/** A passphrase or a PIN; what is typed is not shown. @throws UsageError where there is no terminal */
export async function askSecret(what: string): Promise<string> {
  if (!isTerminal())
    throw new UsageError(
      `${what} is asked for, and there is no terminal`,
      'run the command in a terminal, or give it in a file',
    );
  say(`${what}:`);
  const hidden = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: hidden, terminal: true });
  try {
    return await answerTo(reader, '');
  } finally {
    reader.close();
  }
}

/** Whether the answer is yes. @throws UsageError where there is no terminal */
export async function askYes(question: string, option: string): Promise<boolean> {
  if (!isTerminal()) throw new UsageError(`${option} is missing`, `give ${option} where nobody can be asked`);
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(?:es)?$/iu.test((await answerTo(reader, `${question} [y/N] `)).trim());
  } finally {
    reader.close();
  }
}
