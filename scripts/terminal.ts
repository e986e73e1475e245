/** Asking a person at a terminal. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { UsageError } from '../core/failure.ts';
import { say } from '../host/output.ts';

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
    return await reader.question('');
  } finally {
    reader.close();
  }
}

/** Whether the answer is yes. @throws UsageError where there is no terminal */
export async function askYes(question: string, option: string): Promise<boolean> {
  if (!isTerminal()) throw new UsageError(`${option} is missing`, `give ${option} where nobody can be asked`);
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(?:es)?$/iu.test((await reader.question(`${question} [y/N] `)).trim());
  } finally {
    reader.close();
  }
}
