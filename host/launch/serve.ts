/** Serves a server that was started, or that runs elsewhere, to the client of this program, for as long as it may run. */
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import type { JsonObject } from '../../core/json.ts';
import { callsAtOnce, callsPerMinute } from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';
import { say } from '../output.ts';
import { Approved } from '../proxy/approved.ts';
import { StreamChannel, type Channel } from '../proxy/channel.ts';
import type { DriftEvent, ProxyEvent } from '../proxy/events.ts';
import { Gate } from '../proxy/gate.ts';
import { runSession, type SessionParts } from '../proxy/session.ts';
import type { VerifiedServer } from '../trust/approved-servers.ts';
import { CallsOfAccount } from './calls-of-account.ts';
import { lifecycleNotice } from './lifecycle-notice.ts';
import { keepWords } from './server-words.ts';

/** The server's side of a session, whatever lies behind it. */
export interface Served {
  readonly channel: Channel;
  readonly running: SessionParts['running'];
  /** What it writes for people; an endpoint writes nothing. */
  readonly words?: Readable;
}

export interface Serving {
  readonly server: VerifiedServer;
  readonly served: Served;
  /** Writes an event to the audit log. @throws Failure where it cannot */
  readonly report: (event: ProxyEvent) => void;
  /** Aborted with a Refusal when the server may no longer run, or with the name of a signal. */
  readonly stop: AbortSignal;
  /** The file that keeps the last words of the server. */
  readonly wordsFile: string;
  /** Where all processes of the account count its calls. */
  readonly callsFolder: string;
}

/** The exit code of the server. @throws Refusal that ended it */
export async function serve({ server, served, report, stop, wordsFile, callsFolder }: Serving): Promise<number> {
  const { approval, lock } = server;
  const { name, title, version } = approval.server;
  const approved = new Approved(approval.server, lock);
  const notice = lifecycleNotice(server);
  const perMinute = approval.server.limits?.calls_per_minute ?? callsPerMinute;
  // In a minute, one process may not make more than that either.
  const calls = new CallsOfAccount(callsFolder, perMinute + callsAtOnce, Date.now);
  const gate = new Gate({
    approved,
    granted: new Set(approval.server.permissions?.client),
    rate: { perMinute, atOnce: callsAtOnce },
    countForAll: () => calls.take(),
    argumentFault: argumentChecks(approved),
    identity: { name, ...(title !== undefined && { title }), version },
    ...(notice !== undefined && { notice: notice.join(' ') }),
    report: (event) => {
      if (event.kind === 'drift') say(`countersign: ${describeDrift(name, event)}`);
      report(event);
    },
    now: () => performance.now(),
  });
  const words = served.words === undefined ? undefined : keepWords(served.words, process.stderr, wordsFile);
  const ending = await runSession({
    client: new StreamChannel(process.stdin, process.stdout),
    server: served.channel,
    running: served.running,
    gate,
    stop,
    stopMessage: (reason) => (reason instanceof Refusal ? `${reason.message}; ${reason.remedy}` : `${name} was ended`),
  });
  await words;
  process.stdin.destroy();
  if (gate.denials > 0)
    say(`countersign: ${gate.denials} messages were kept back, because they are not those of an approved server`);
  if (ending.kind !== 'stopped') return ending.code;
  if (ending.reason instanceof Refusal) throw ending.reason;
  return 128 + constants.signals[ending.reason as NodeJS.Signals];
}

/** The library that compiles schemas is read when the first tool is called. */
function argumentChecks(approved: Approved): (tool: string, args: JsonObject) => Promise<string | undefined> {
  let loading: Promise<{ fault: (tool: string, args: JsonObject) => string | undefined }> | undefined;
  return async (tool, args) => {
    loading ??= import('../proxy/arguments.ts').then(
      ({ ArgumentChecks }) => new ArgumentChecks((each) => approved.inputSchemas(each)),
    );
    return (await loading).fault(tool, args);
  };
}

function describeDrift(server: string, { list, key, why }: DriftEvent): string {
  if (list === 'instructions') return `${server} gives instructions that were not approved, and agents do not get them`;
  const what = `the entry ${JSON.stringify(key.slice(0, 80))} in the ${list} of ${server}`;
  return `${what} ${why === 'changed' ? 'is another one than was approved' : 'was not approved'}, and agents do not get it`;
}
