/** What the proxy adds to one call of a tool, and what it holds after many. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { LineReader } from '../../core/line-reader.ts';
import { faultyServer, servedCommand } from '../support/served-command.ts';
import { median, type Row } from './measure.ts';

const calls = 2_000;
const manyCalls = 100_000;
/** Of the manifest: it must not be what is measured. */
const limits = { calls_per_minute: 600_000 };

export async function benchProxy(folder: string): Promise<Row[]> {
  const trail = { file: join(folder, 'audit.jsonl'), folder: join(folder, 'audit') };
  mkdirSync(trail.folder, { mode: 0o700 });
  const given = { fault: 'none', wordsFile: join(folder, 'words.log'), manifest: { limits }, trail };
  const { words, env } = servedCommand(given);
  const direct = new Client(spawn(process.execPath, [faultyServer, 'none'], { stdio: ['pipe', 'pipe', 'ignore'] }));
  const served = new Client(
    spawn(process.execPath, [...words], { stdio: ['pipe', 'pipe', 'ignore'], env: { ...process.env, ...env } }),
  );
  const rows: Row[] = [];
  try {
    for (const [size, count] of [
      [1_000, calls],
      [1_000_000, 50],
    ] as const) {
      const [without, through] = [[], []] as [number[], number[]];
      // In turn, so that a machine that slows down slows down both.
      for (let call = 0; call < count; call++) {
        without.push(await direct.call(size));
        through.push(await served.call(size));
      }
      const added = (share: number): string => `${(quantile(through, share) - quantile(without, share)).toFixed(2)} ms`;
      const slow = size === 1_000 && median(through) - median(without) > 0.15 ? '  MISSED' : '';
      rows.push([
        `proxy: added to a call with ${size / 1_000} kB, p50 and p99`,
        `${added(0.5)}, ${added(0.99)}`,
        size === 1_000 ? `p50 ≤ 0.15 ms${slow}` : '',
      ]);
    }
    const before = served.rssBytes();
    for (let call = 0; call < manyCalls; call++) await served.call(100);
    const mb = (bytes: number): string => `${(bytes / 1_000_000).toFixed(0)} MB`;
    rows.push([
      `proxy: memory before and after ${manyCalls.toLocaleString('en')} calls`,
      `${mb(before)}, ${mb(served.rssBytes())}`,
      '',
    ]);
  } finally {
    direct.end();
    served.end();
  }
  return rows;
}

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? NaN;

/** One call at a time. */
class Client {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  #id = 0;
  #answered: (line: Buffer) => void = () => undefined;

  constructor(child: ChildProcessByStdio<Writable, Readable, null>) {
    this.#child = child;
    const lines = new LineReader(10_000_000, { line: (line) => this.#answered(line), tooLong: () => undefined });
    child.stdout.on('data', (chunk: Buffer) => lines.push(chunk));
  }

  /** Milliseconds to the answer. */
  call(bytes: number): Promise<number> {
    const params = { name: 'greet', arguments: { text: 'a'.repeat(bytes) } };
    const line = `${JSON.stringify({ jsonrpc: '2.0', id: ++this.#id, method: 'tools/call', params })}\n`;
    const begun = performance.now();
    this.#child.stdin.write(line);
    return new Promise((resolve, reject) => {
      this.#answered = (answer) => {
        if (answer.includes('"error"')) reject(new Error(answer.toString('utf8')));
        else resolve(performance.now() - begun);
      };
    });
  }

  rssBytes(): number {
    const status = readFileSync(`/proc/${this.#child.pid ?? 0}/status`, 'utf8');
    return Number(/VmRSS:\s+(?<kb>\d+) kB/u.exec(status)?.groups?.['kb']) * 1024;
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }
}
