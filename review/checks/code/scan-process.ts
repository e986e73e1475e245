/**
 * Starts the processes that scan packages. A worker thread would not be enough: when its heap overflows, Node often ends the
 * whole process, or collects garbage for minutes. A process ends alone, and gets no environment and no right to write.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { extname } from 'node:path';
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
import type { PackageFile } from '../../../artefacts/archives/tarball.ts';
import type { PinnedPackage } from '../../../artefacts/part.ts';
import type { FileBounds } from './scan-files.ts';
import type { ScanAnswer, ScanRequest } from './scan-worker.ts';
import type { ScanResult } from './report.ts';

/** All limits for the scan of one package. */
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

/** Scans one package at a time in one process, and starts another process after a crash. */
export interface ScanProcess {
  readonly scan: (archive: Uint8Array, pinned: PinnedPackage) => Promise<ScanResult>;
  /** Some files of an image, each under a path of its own. */
  readonly search: (files: readonly PackageFile[]) => Promise<ScanResult>;
  readonly end: () => Promise<void>;
}

const MIB = 1024 * 1024;

/** After so many packages a new process continues, because YARA-X does not free the memory that each package takes. */
const packagesPerProcess = 200;

export function scanProcess(bounds: CodeBounds): ScanProcess {
  let running: ChildProcess | undefined;
  let scanned = 0;

  const end = async (): Promise<void> => {
    const child = running;
    running = undefined;
    if (child === undefined || hasEnded(child)) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  };

  const ask = async (request: ScanRequest, length: number): Promise<ScanResult> => {
    if (running === undefined || hasEnded(running)) {
      scanned = 0;
      running = await start(bounds);
    }
    scanned++;
    const deadlineMs = bounds.deadlineMs + (length / MIB) * bounds.deadlinePerMibMs;
    const answer = await answerOf(running, deadlineMs, request);
    if (answer.kind === 'scanned') {
      if (answer.bytes > bounds.heapBytes || scanned >= packagesPerProcess) await end();
      return answer.result;
    }
    await end();
    return { kind: 'not-scanned', why: answer.kind === 'crashed' ? 'crash' : 'bounds' };
  };

  return {
    scan: async (archive, pinned) =>
      archive.length > bounds.tarballBytes
        ? { kind: 'not-scanned', why: 'size' }
        : ask({ kind: 'package', archive, pinned, bounds }, archive.length),
    search: (files) =>
      ask(
        { kind: 'files', files, bounds },
        files.reduce((all, { content }) => all + content.length, 0),
      ),
    end,
  };
}

/** Of this file's kind: where this program was bundled, so was the other. */
const worker = fileURLToPath(new URL(`scan-worker${extname(import.meta.url)}`, import.meta.url));

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

/** @throws Failure `code-scanner` when the process does not start; this says nothing about the package */
async function start({ heapBytes }: CodeBounds): Promise<ChildProcess> {
  const child = fork(worker, {
    execArgv: [
      '--permission',
      '--allow-fs-read=*',
      // This allows compiling a possible module, without running it.
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
  // The code that waits for an answer reports what an error means for a package. Between two packages it means nothing.
  child.on('error', () => undefined);
  const answer = await answerOf(child, codeStartDeadlineMs);
  if (answer.kind === 'started') return child;
  kill();
  throw new Failure(
    'code-scanner',
    'the process that scans code does not start',
    'run npm ci, and check whether enough memory is free',
  );
}

type Answer = ScanAnswer | { readonly kind: 'late' | 'full' | 'crashed' };

/** The next answer of the process, to a request if one is given, or the reason why it does not answer. */
function answerOf(child: ChildProcess, deadlineMs: number, request?: ScanRequest): Promise<Answer> {
  return new Promise((resolve) => {
    const settle = (said: Answer): void => {
      clearTimeout(timer);
      child.off('message', onMessage);
      child.off('exit', onExit);
      child.off('error', onError);
      resolve(said);
    };
    const timer = setTimeout(() => settle({ kind: 'late' }), deadlineMs);
    const onMessage = (message: unknown): void => settle(message as ScanAnswer);
    // V8 aborts when its heap is full.
    const onExit = (code: number | null, signal: string | null): void =>
      settle({ kind: signal === 'SIGABRT' || code === 134 ? 'full' : 'crashed' });
    const onError = (): void => settle({ kind: 'crashed' });
    child.once('message', onMessage);
    child.once('exit', onExit);
    child.once('error', onError);
    if (request !== undefined) child.send(request, (error) => error !== null && onError());
  });
}
