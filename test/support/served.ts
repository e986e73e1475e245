/** A faulty server, served to a client as `countersign run` does it, in a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';
import { canonicalJson } from '../../core/canonical.ts';
import { sha256 } from '../../core/digest.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Lock, Manifest } from '../../schemas/types.ts';
import { aLock, aManifest } from './statements.ts';
import { temporaryFolder } from './folder.ts';

const root = join(import.meta.dirname, '../..');
const tool = { name: 'greet', description: 'Greets.', inputSchema: { type: 'object' } };

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

/** Runs `serve`. With `refuseAfterMs`, the server may no longer run after that time. */
const script = (name: (path: string) => string): string => `
  import { startServer } from '${name('host/launch/start.ts')}';
  import { serve } from '${name('host/launch/serve.ts')}';
  import { Refusal } from '${name('core/refusal.ts')}';
  const { words, manifest, lock, wordsFile, refuseAfterMs } = JSON.parse(process.env.SERVED);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stop.abort(signal));
  if (refuseAfterMs !== undefined)
    setTimeout(() => stop.abort(new Refusal('E_REVOKED', 'it was revoked', 'use another')), refuseAfterMs).unref();
  const environment = new Map([['PATH', process.env.PATH]]);
  const line = { file: process.execPath, words };
  const end = () => Promise.resolve();
  const running = startServer({ containment: 'none', line, environment, folder: process.cwd(), end });
  const server = { approval: { server: manifest }, lock, record: { name: manifest.name }, entry: { version: manifest.version, state: 'active' } };
  try {
    process.exitCode = await serve({ server, running, report: () => undefined, stop: stop.signal, wordsFile });
  } catch (error) {
    console.error(error.message);
    process.exitCode = 3;
  }`;

export async function serveFaulty(
  fault: string,
  words: readonly string[] = [],
  more: { readonly refuseAfterMs?: number; readonly manifest?: Partial<Manifest> } = {},
): Promise<Served> {
  const folder = await temporaryFolder();
  const wordsFile = join(folder, 'words', 'faulty.log');
  const lock: Lock = aLock({
    tools: [{ name: 'greet', definitions: [{ sha256: sha256(canonicalJson(tool)), definition: tool }] }],
  });
  const given = {
    words: [join(root, 'test/fakes/faulty-server.js'), fault, ...words],
    ...{ manifest: aManifest(more.manifest), lock, wordsFile, refuseAfterMs: more.refuseAfterMs },
  };
  const text = script((path) => pathToFileURL(join(root, path)).href);
  const child = spawn(process.execPath, ['--input-type=module', '--eval', text], {
    stdio: 'pipe',
    cwd: folder,
    env: { ...process.env, SERVED: JSON.stringify(given) },
  });
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
