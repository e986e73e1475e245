/** A server that runs, whatever it runs in: a process of its own, a sandbox, or a container. */
import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';

export interface RunningServer {
  readonly input: Writable;
  readonly output: Readable;
  /** What it writes for people. */
  readonly words: Readable;
  /** Its exit code, once nothing more comes from it. Rejects if it could not be started. */
  readonly ended: Promise<number>;
  /** Asks it to end. What it started ends with it. */
  readonly stop: () => void;
  /** Ends it now. */
  readonly kill: () => void;
}

/**
 * The pipes of a server that was spawned with them, and its end. `after` is called when it has ended, before its pipes are closed
 * by whatever it left behind.
 */
export function runningPipes(
  child: ChildProcess,
  after: () => void = () => undefined,
): Pick<RunningServer, 'input' | 'output' | 'words' | 'ended'> {
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new TypeError('a server needs pipes');
  // An error of a stream shows as its end.
  for (const stream of [stdin, stdout, stderr]) stream.on('error', () => undefined);
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', () => {
      after();
      // A pipe that something else still holds open, or that nobody reads, must not keep this program.
      setTimeout(() => [stdout, stderr].forEach((stream) => stream.destroy()), closeMs).unref();
    });
    // 128 and the number of the signal, as shells count them.
    child.on('close', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
  // Whoever waits for it hears of it. Until then, it is no error of this program.
  ended.catch(() => undefined);
  return { input: stdin, output: stdout, words: stderr, ended };
}

/** What the server wrote last must be read within this time. */
const closeMs = 2_000;
