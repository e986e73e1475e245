/** Runs syft over a folder. What it reads is hostile, so its time and its output have bounds, and it gets no environment. */
import { spawn } from 'node:child_process';

export interface SyftBounds {
  readonly deadlineMs: number;
  readonly answerBytes: number;
}

export type SyftRun =
  | { readonly kind: 'answered'; readonly answer: Uint8Array }
  /** `why` is the end of a sentence about it. */
  | { readonly kind: 'failed'; readonly why: string };

export interface SyftStart {
  readonly program: string;
  /** Where it finds other programs. */
  readonly path: string;
  /** What it reads. */
  readonly tree: string;
  /** An empty folder, for what it writes: it would take its settings from where it stands. */
  readonly home: string;
}

/** What a container has is what is installed. Files with locks of other projects say what somebody once wanted. */
const words = ['--output', 'json', '--quiet', '--override-default-catalogers', 'image', '--select-catalogers', '-file'];

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Everything that it started has ended when this returns. */
export async function runSyft({ program, path, tree, home }: SyftStart, bounds: SyftBounds): Promise<SyftRun> {
  const isGroup = process.platform !== 'win32';
  const child = spawn(program, ['scan', `dir:${tree}`, ...words], {
    cwd: home,
    env: { PATH: path, HOME: home, TMPDIR: home, SYFT_CHECK_FOR_APP_UPDATE: 'false' },
    detached: isGroup,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const kill = (): void => {
    try {
      if (isGroup && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      else child.kill('SIGKILL');
    } catch {
      // All of it has ended.
    }
  };
  // A group of its own gets no signal of the terminal. It ends before its folder is removed.
  process.prependOnceListener('exit', kill);
  for (const signal of signals) process.prependOnceListener(signal, kill);
  try {
    return await new Promise<SyftRun>((settle) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      let ended: string | undefined;
      const end = (why: string): void => {
        ended ??= why;
        kill();
        child.stdout.destroy();
      };
      const timer = setTimeout(() => end(`took more than ${bounds.deadlineMs / 1000} s`), bounds.deadlineMs);
      child.stdout.on('data', (chunk: Buffer) => {
        bytes += chunk.byteLength;
        if (bytes > bounds.answerBytes) end(`wrote more than ${bounds.answerBytes} bytes`);
        else chunks.push(chunk);
      });
      child.stdout.on('error', () => undefined);
      child.on('error', () => {
        clearTimeout(timer);
        settle({ kind: 'failed', why: 'cannot be started' });
      });
      // What it left behind would keep its output open.
      child.on('exit', kill);
      child.on('close', (code, signal) => {
        clearTimeout(timer);
        if (ended === undefined && code !== 0) ended = `ended with ${code ?? signal ?? 'no code'}`;
        settle(
          ended === undefined ? { kind: 'answered', answer: Buffer.concat(chunks) } : { kind: 'failed', why: ended },
        );
      });
    });
  } finally {
    process.off('exit', kill);
    for (const signal of signals) process.off(signal, kill);
  }
}
