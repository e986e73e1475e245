/** A program that serves a faulty server on its own standard input and output, as `countersign run` does it after all checks. */
import { dirname, join } from 'node:path';
import { AuditLog } from '../../host/audit/log.ts';
import { serve } from '../../host/launch/serve.ts';
import { sessionEvents } from '../../host/launch/session-events.ts';
import { startServer } from '../../host/launch/start.ts';
import { StreamChannel } from '../../host/proxy/channel.ts';
import type { VerifiedServer } from '../../host/trust/approved-servers.ts';
import { messageOf } from '../../core/failure.ts';
import { Refusal } from '../../core/refusal.ts';
import { say } from '../../host/output.ts';
import type { Given } from './served-command.ts';

const { words, manifest, lock, wordsFile, refuseAfterMs, trail } = JSON.parse(process.env['SERVED'] ?? '') as Given;
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort(signal));
if (refuseAfterMs !== undefined) {
  const revoked = new Refusal('E_REVOKED', 'it was revoked', 'use another');
  setTimeout(() => stop.abort(revoked), refuseAfterMs).unref();
}
const log = trail && new AuditLog(trail, { days: 1, bytes: 1_000_000_000 }, () => new Date());
const running = startServer({
  containment: 'none',
  line: { file: process.execPath, words },
  environment: new Map([['PATH', process.env['PATH'] ?? '']]),
  folder: process.cwd(),
  end: () => Promise.resolve(),
});
// Only what a session looks at.
const server = {
  ...{ approval: { server: manifest }, lock, record: { name: manifest.name } },
  entry: { version: manifest.version, state: 'active' },
} as VerifiedServer;
try {
  process.exitCode = await serve({
    server,
    served: { channel: new StreamChannel(running.output, running.input), running, words: running.words },
    report: sessionEvents('pipe', (event) =>
      log?.append({ registry: 'mcp.example.com', server: manifest.name, ...event }),
    ),
    stop: stop.signal,
    wordsFile,
    callsFolder: join(dirname(wordsFile), 'calls'),
  });
} catch (error) {
  say(messageOf(error));
  process.exitCode = 3;
}
