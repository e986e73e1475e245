/** A session: the messages of a client and a server go through a gate, until one of them ends or somebody stops it. */
import { setTimeout as wait } from 'node:timers/promises';
import type { RunningServer } from '../../artefacts/launch/running.ts';
import {
  answerCheckMs,
  answerGraceMs,
  inputClosedGraceMs,
  maxMessageBytes,
  terminateGraceMs,
} from '../../core/limits.ts';
import type { Channel, Received } from './channel.ts';
import type { Gate, Passed } from './gate.ts';

/** How a session ended. */
export type Ending =
  | { readonly kind: 'server ended'; readonly code: number }
  | { readonly kind: 'client left'; readonly code: number }
  | { readonly kind: 'stopped'; readonly reason: unknown };

export interface SessionParts {
  readonly client: Channel;
  readonly server: Channel;
  readonly running: Pick<RunningServer, 'ended' | 'stop' | 'kill'>;
  readonly gate: Gate;
  /** Aborted with a reason when the server must end. The client's open requests are answered with `stopMessage`. */
  readonly stop: AbortSignal;
  readonly stopMessage: (reason: unknown) => string;
}

/** Resolves when the server is gone, and leaves none behind where it throws. @throws what starting it throws */
export async function runSession(parts: SessionParts): Promise<Ending> {
  try {
    return await untilItEnds(parts);
  } catch (error) {
    parts.running.kill();
    throw error;
  }
}

async function untilItEnds({ client, server, running, gate, stop, stopMessage }: SessionParts): Promise<Ending> {
  const deliver = async (passed: readonly Passed[]): Promise<void> => {
    for (const { to, line } of passed) await (to === 'client' ? client : server).send(line);
  };
  const fromClient = pump(client, async (received) =>
    deliver(
      received.kind === 'line'
        ? await gate.fromClient(received.line)
        : gate.requestTooLong(received.ends, maxMessageBytes),
    ),
  );
  const fromServer = pump(server, async (received) =>
    deliver(
      received.kind === 'line' ? gate.fromServer(received.line) : gate.answerTooLong(received.ends, maxMessageBytes),
    ),
  );
  const stopped = new Promise<void>((resolve) => {
    if (stop.aborted) resolve();
    stop.addEventListener('abort', () => resolve(), { once: true });
  });
  // The end of what the server says is not yet its end, but a fault of ours there ends everything.
  const broken = fromServer.then(() => new Promise<never>(() => undefined));
  const first = await Promise.race([
    fromClient.then(() => 'client' as const),
    running.ended.then(() => 'server' as const),
    stopped.then(() => 'stopped' as const),
    broken,
  ]);
  if (first === 'stopped') {
    const told = deliver(gate.end(stopMessage(stop.reason)));
    // A client that reads nothing does not keep a revoked server alive.
    await end(running);
    await endsWithin(told, terminateGraceMs);
    return { kind: 'stopped', reason: stop.reason };
  }
  if (first === 'client') {
    server.end();
    await answered(gate, running.ended);
    await end(running, inputClosedGraceMs);
    gate.end('the client left');
    return { kind: 'client left', code: await running.ended };
  }
  const code = await running.ended;
  await fromServer;
  await deliver(gate.end(`the server ended with ${code}: start it again`));
  return { kind: 'server ended', code };
}

/** Reads on only when everything about a message was done, so that a side that does not read slows down the other. */
async function pump(side: Channel, pass: (received: Received) => Promise<void>): Promise<void> {
  for await (const received of side.received()) await pass(received);
}

/** A client may close its end and still wait for answers. */
async function answered(gate: Gate, ended: Promise<unknown>): Promise<void> {
  for (let waitedMs = 0; gate.isAwaited && waitedMs < answerGraceMs; waitedMs += answerCheckMs)
    if (await endsWithin(ended, answerCheckMs)) return;
}

/** Waits for the server to end by itself, then asks it to, then ends it. */
async function end({ ended, stop, kill }: SessionParts['running'], graceMs = 0): Promise<void> {
  if (await endsWithin(ended, graceMs)) return;
  stop();
  if (await endsWithin(ended, terminateGraceMs)) return;
  kill();
  await ended;
}

async function endsWithin(ended: Promise<unknown>, ms: number): Promise<boolean> {
  const timer = new AbortController();
  const late = wait(ms, false, { signal: timer.signal }).catch(() => false);
  const inTime = await Promise.race([ended.then(() => true), late]);
  timer.abort();
  return inTime;
}
