/** The project's commands in a pseudo-terminal of 80 columns, as a person uses them. Python makes the terminal. */
import { spawn, spawnSync } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { onTestFinished, type TestContext } from 'vitest';
import { countersignCommand, registryCommand } from './command.ts';

/** What a test of a terminal needs. Where it is missing the test fails in CI; elsewhere it is skipped and says why. */
export function terminalFor(context: TestContext): void {
  const isThere =
    process.platform !== 'win32' && spawnSync('python3', ['-c', 'import pty'], { stdio: 'ignore' }).status === 0;
  if (isThere) return;
  const missing = 'questions in a terminal are not tested: python3 with its module pty is not installed';
  if (process.env['CI'] !== undefined) throw new Error(`${missing}, and CI must test it`);
  if (!said) process.stderr.write(`skipped: ${missing}\n`);
  said = true;
  context.skip(missing);
}

let said = false;

/** Its arguments are the command. */
const program = `
import os, pty, sys
status = pty.spawn(['sh', '-c', 'stty cols 80 rows 24; exec "$@"', 'sh', *sys.argv[1:]])
sys.exit(os.waitstatus_to_exitcode(status))
`;

/** So that a test which waits for nothing says what was shown instead. */
const longMs = 30_000;

export const ctrlC = '\u0003';
export const ctrlD = '\u0004';

export interface Terminal {
  /** Waits until this is shown, below all that was waited for before, and types then. */
  readonly type: (shown: string, keys: string) => Promise<void>;
  readonly ended: Promise<{ readonly status: number | null; readonly screen: string }>;
}

interface Surroundings {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

export const registryInTerminal = (words: readonly string[], surroundings: Surroundings): Terminal =>
  inTerminal([registryCommand, ...words], surroundings);

export const countersignInTerminal = (words: readonly string[], surroundings: Surroundings): Terminal =>
  inTerminal([countersignCommand, ...words], surroundings);

function inTerminal(words: readonly string[], { cwd, env = {} }: Surroundings): Terminal {
  const child = spawn('python3', ['-c', program, process.execPath, ...words], {
    cwd,
    env: { ...process.env, TERM: 'xterm', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  // Also where the test waits for what is never shown.
  onTestFinished(() => void child.kill('SIGKILL'));
  let screen = '';
  let seen = 0;
  let hasEnded = false;
  let onChange = (): void => undefined;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    // What moves the cursor is no text, and may stand in the middle of what is waited for.
    screen = stripVTControlCharacters(`${screen}${text}`).replaceAll('\r', '');
    onChange();
  });
  child.stdin.on('error', () => undefined);
  const ended = new Promise<{ status: number | null; screen: string }>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      hasEnded = true;
      onChange();
      resolve({ status, screen });
    });
  });
  const untilShown = (shown: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const fail = (why: string): void =>
        reject(new Error(`${why} before it showed ${JSON.stringify(shown)}:\n${screen.slice(seen)}`));
      const late = setTimeout(() => fail('nothing came for a long time'), longMs);
      onChange = () => {
        // A message may be broken into lines anywhere.
        const at = screen.replaceAll('\n', ' ').indexOf(shown, seen);
        if (at === -1 && !hasEnded) return;
        clearTimeout(late);
        if (at === -1) return fail('it ended');
        seen = at + shown.length;
        resolve();
      };
      onChange();
    });
  return {
    ended,
    type: async (shown, keys) => {
      await untilShown(shown);
      child.stdin.write(keys);
    },
  };
}
