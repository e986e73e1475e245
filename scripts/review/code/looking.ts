/**
 * The processes that look at packages. A worker thread would not do: where its heap overflows, Node often ends the
 * whole process, or collects garbage for minutes. A process ends alone, and gets no environment and no right to write.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Failure } from '../../../core/failure.ts';
import {
  codeDeadlineMs,
  codeDeadlinePerMibMs,
  codeStartDeadlineMs,
  maxCodeHeapBytes,
  maxCodeTarballBytes,
  maxParsedFileBytes,
  maxSearchedFileBytes,
} from '../../../core/limits.ts';
import type { FileBounds } from './look.ts';
import type { LookAnswer, LookRequest } from './look-process.ts';
import type { Look } from './report.ts';

/** Everything that bounds the look at one package. */
export interface CodeBounds extends FileBounds {
  readonly tarballBytes: number;
  readonly heapBytes: number;
  readonly deadlineMs: number;
  readonly deadlinePerMibMs: number;
}

export const codeBounds: CodeBounds = {
  parsedFileBytes: maxParsedFileBytes,
  searchedFileBytes: maxSearchedFileBytes,
  tarballBytes: maxCodeTarballBytes,
  heapBytes: maxCodeHeapBytes,
  deadlineMs: codeDeadlineMs,
  deadlinePerMibMs: codeDeadlinePerMibMs,
};

/** One process at a time that looks at one package at a time, and another one where it was lost. */
export interface LookingProcess {
  readonly look: (tarball: Uint8Array, what: string) => Promise<Look>;
  readonly end: () => Promise<void>;
}

const MIB = 1024 * 1024;

/** After so many packages another process goes on: what YARA-X takes for each is not given back. */
const packagesOfProcess = 200;

export function lookingProcess(bounds: CodeBounds): LookingProcess {
  let running: ChildProcess | undefined;
  let looked = 0;

  const end = async (): Promise<void> => {
    const child = running;
    running = undefined;
    if (child === undefined || hasEnded(child)) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  };

  const look = async (tarball: Uint8Array, what: string): Promise<Look> => {
    if (tarball.length > bounds.tarballBytes) return { kind: 'not-looked', why: 'size' };
    if (running === undefined || hasEnded(running)) {
      looked = 0;
      running = await start(bounds);
    }
    looked++;
    const deadlineMs = bounds.deadlineMs + (tarball.length / MIB) * bounds.deadlinePerMibMs;
    const request: LookRequest = { tarball, what, bounds };
    const answer = await heard(running, deadlineMs, request);
    if (answer.kind === 'seen') {
      if (answer.bytes > bounds.heapBytes || looked >= packagesOfProcess) await end();
      return answer.look;
    }
    await end();
    return { kind: 'not-looked', why: answer.kind === 'crashed' ? 'crash' : 'bounds' };
  };

  return { look, end };
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

/** @throws Failure `code-scanner` where it does not start, which is no fault of a package */
async function start({ heapBytes }: CodeBounds): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL('look-process.ts', import.meta.url)), {
    execArgv: [
      '--permission',
      '--allow-fs-read=*',
      // To compile, not to run, what may be a module.
      '--experimental-vm-modules',
      `--max-old-space-size=${Math.ceil(heapBytes / MIB)}`,
    ],
    env: {},
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  // What it means for a package is told by whoever waits; between two packages it means nothing.
  child.on('error', () => undefined);
  const answer = await heard(child, codeStartDeadlineMs);
  if (answer.kind === 'started') return child;
  kill();
  throw new Failure(
    'code-scanner',
    'the process that looks at code does not start',
    'run npm ci, and see whether there is memory left',
  );
}

type Heard = LookAnswer | { readonly kind: 'late' | 'full' | 'crashed' };

/** The next thing that the process says, to a request where there is one, or why it says nothing. */
function heard(child: ChildProcess, deadlineMs: number, request?: LookRequest): Promise<Heard> {
  return new Promise((resolve) => {
    const settle = (said: Heard): void => {
      clearTimeout(timer);
      child.off('message', onMessage);
      child.off('exit', onExit);
      child.off('error', onError);
      resolve(said);
    };
    const timer = setTimeout(() => settle({ kind: 'late' }), deadlineMs);
    const onMessage = (message: unknown): void => settle(message as LookAnswer);
    // V8 aborts where its heap is full.
    const onExit = (code: number | null, signal: string | null): void =>
      settle({ kind: signal === 'SIGABRT' || code === 134 ? 'full' : 'crashed' });
    const onError = (): void => settle({ kind: 'crashed' });
    child.once('message', onMessage);
    child.once('exit', onExit);
    child.once('error', onError);
    if (request !== undefined) child.send(request, (error) => error !== null && onError());
  });
}
