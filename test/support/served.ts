/** A faulty server, served to a client as `countersign run` does it, in a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import type { JsonObject } from '../../core/json.ts';
import { temporaryFolder } from './folder.ts';
import { servedCommand, type ServedFault } from './served-command.ts';

export interface Served {
  readonly pid: number;
  readonly send: (message: JsonObject | string) => void;
  /** The next message to the client. */
  readonly next: () => Promise<JsonObject>;
  /** Everything for the client that was not read yet. */
  readonly rest: () => Promise<JsonObject[]>;
  readonly words: () => string;
  readonly wordsFile: string;
  /** The client closes its end. */
  readonly leave: () => void;
  /** It is gone, with both pipes. */
  readonly vanish: () => void;
  readonly signal: (signal: NodeJS.Signals) => void;
  readonly ended: Promise<number | null>;
}

interface Faults extends Pick<ServedFault, 'refuseAfterMs' | 'manifest' | 'trail'> {
  /** No file grows beyond so many kilobytes, as on a full disk. */
  readonly maxFileBlocks?: number;
}

export async function serveFaulty(
  fault: string,
  words: readonly string[] = [],
  { maxFileBlocks, ...more }: Faults = {},
): Promise<Served> {
  const folder = await temporaryFolder();
  const wordsFile = join(folder, 'words', 'faulty.log');
  const { words: line, env } = servedCommand({ fault, words, wordsFile, ...more });
  const limited = ['bash', '-c', `ulimit -f ${maxFileBlocks ?? 0} && exec "$@"`, '-'];
  const [file = '', ...rest] = [...(maxFileBlocks === undefined ? [] : limited), process.execPath, ...line];
  const child = spawn(file, rest, { stdio: 'pipe', cwd: folder, env: { ...process.env, ...env } });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString('utf8')).slice(-100_000)));
  child.stdin.on('error', () => undefined);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = once(child, 'close').then(([code]: (number | null)[]) => code ?? null);
  const next = async (): Promise<JsonObject> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`the session is over: ${said}`);
    return JSON.parse(value) as JsonObject;
  };
  return {
    pid: child.pid ?? 0,
    send: (message) => void child.stdin.write(`${typeof message === 'string' ? message : JSON.stringify(message)}\n`),
    next,
    rest: async () => {
      const all: JsonObject[] = [];
      for (;;) {
        const { value, done } = await lines.next();
        if (done === true) return all;
        all.push(JSON.parse(value) as JsonObject);
      }
    },
    words: () => said,
    wordsFile,
    leave: () => void child.stdin.end(),
    vanish: () => {
      child.stdin.destroy();
      child.stdout.destroy();
    },
    signal: (signal) => void child.kill(signal),
    ended,
  };
}
