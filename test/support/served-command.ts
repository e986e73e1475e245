/** The command line that serves a faulty server as `countersign run` does it, without a registry and a sandbox. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { canonicalJson } from '../../core/canonical.ts';
import { sha256 } from '../../core/digest.ts';
import type { Manifest } from '../../schemas/types.ts';
import { aLock, aManifest } from './statements.ts';

const root = join(import.meta.dirname, '../..');
const tool = { name: 'greet', description: 'Greets.', inputSchema: { type: 'object' } };

export const faultyServer = join(root, 'test/fakes/faulty-server.js');

export interface ServedFault {
  /** The first word of the server. */
  readonly fault: string;
  readonly words?: readonly string[];
  readonly wordsFile: string;
  readonly manifest?: Partial<Manifest>;
  /** After this time the server may no longer run. */
  readonly refuseAfterMs?: number;
  /** The audit log; nothing is written down where it is absent. Its folder must be there. */
  readonly trail?: { readonly file: string; readonly folder: string };
}

/** Words for Node, and the variables that they need. */
export function servedCommand({ fault, words = [], manifest, ...more }: ServedFault): {
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
} {
  const lock = aLock({
    tools: [{ name: 'greet', definitions: [{ sha256: sha256(canonicalJson(tool)), definition: tool }] }],
  });
  const given = { words: [faultyServer, fault, ...words], manifest: aManifest(manifest), lock, ...more };
  const text = script((path) => pathToFileURL(join(root, path)).href);
  return { words: ['--input-type=module', '--eval', text], env: { SERVED: JSON.stringify(given) } };
}

const script = (name: (path: string) => string): string => `
  import { startServer } from '${name('host/launch/start.ts')}';
  import { serve } from '${name('host/launch/serve.ts')}';
  import { sessionEvents } from '${name('host/launch/session-events.ts')}';
  import { AuditLog } from '${name('host/audit/log.ts')}';
  import { Refusal } from '${name('core/refusal.ts')}';
  const { words, manifest, lock, wordsFile, refuseAfterMs, trail } = JSON.parse(process.env.SERVED);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stop.abort(signal));
  if (refuseAfterMs !== undefined)
    setTimeout(() => stop.abort(new Refusal('E_REVOKED', 'it was revoked', 'use another')), refuseAfterMs).unref();
  const log = trail && new AuditLog(trail, { days: 1, bytes: 1_000_000_000 }, () => new Date());
  const report = log === undefined ? () => undefined
    : sessionEvents((event) => log.append({ registry: 'mcp.example.com', server: manifest.name, ...event }));
  const environment = new Map([['PATH', process.env.PATH]]);
  const line = { file: process.execPath, words };
  const end = () => Promise.resolve();
  const running = startServer({ containment: 'none', line, environment, folder: process.cwd(), end });
  const server = { approval: { server: manifest }, lock, record: { name: manifest.name }, entry: { version: manifest.version, state: 'active' } };
  try {
    process.exitCode = await serve({ server, running, report, stop: stop.signal, wordsFile });
  } catch (error) {
    console.error(error.message);
    process.exitCode = 3;
  }`;
