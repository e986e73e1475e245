import { expect, test } from 'vitest';
import type { Lock } from '../../schemas/types.ts';
import { aLock, aManifest } from '../../test/support/statements.ts';
import { Approved } from './approved.ts';
import type { Channel, Received } from './channel.ts';
import { Gate } from './gate.ts';
import { runSession, type SessionParts } from './session.ts';

/** One side: what it sends, in order, until it ends. */
class Side implements Channel {
  readonly got: string[] = [];
  readonly #sends: Received[] = [];
  #wake: () => void = () => undefined;
  #over = false;
  isEnded = false;
  /** Whether it takes what it is sent. */
  reads = true;

  say(message: object): void {
    this.#sends.push({ kind: 'line', line: Buffer.from(JSON.stringify(message)) });
    this.#wake();
  }

  leave(): void {
    this.#over = true;
    this.#wake();
  }

  async *received(): AsyncGenerator<Received> {
    for (;;) {
      const next = this.#sends.shift();
      if (next !== undefined) yield next;
      else if (this.#over) return;
      else await new Promise<void>((wake) => (this.#wake = wake));
    }
  }

  async send(line: Uint8Array): Promise<void> {
    if (!this.reads) await new Promise(() => undefined);
    this.got.push(Buffer.from(line).toString('utf8'));
  }

  end(): void {
    this.isEnded = true;
  }
}

interface Bench {
  readonly client: Side;
  readonly server: Side;
  readonly stop: AbortController;
  /** How the server was ended, in order. */
  readonly ways: string[];
  readonly ending: ReturnType<typeof runSession>;
}

/** `heeds` is what makes the server end. */
function bench(heeds: 'stop' | 'kill', change: Partial<Gate> = {}): Bench {
  const { promise: ended, resolve } = Promise.withResolvers<number>();
  const ways: string[] = [];
  const way = (name: 'stop' | 'kill') => (): void => {
    ways.push(name);
    if (name === heeds || name === 'kill') resolve(143);
  };
  const lock: Lock = aLock({ capture: 'none' });
  const gate = new Gate({
    approved: new Approved(aManifest(), lock),
    granted: new Set(),
    rate: { perMinute: 60, atOnce: 10 },
    argumentFault: () => Promise.resolve(undefined),
    identity: { name: 'files', version: '1' },
    report: () => undefined,
    now: () => 0,
  });
  Object.assign(gate, change);
  const parts = {
    ...{ client: new Side(), server: new Side(), stop: new AbortController() },
    running: { ended, stop: way('stop'), kill: way('kill') },
    stopMessage: String,
  } satisfies Omit<SessionParts, 'gate' | 'stop'> & { readonly stop: AbortController };
  return { ...parts, ways, ending: runSession({ ...parts, gate, stop: parts.stop.signal }) };
}

const ask = { jsonrpc: '2.0', id: 1, method: 'ping' };

test('ends a server that may no longer run, and answers who waits for it', async () => {
  const { client, stop, ways, ending } = bench('stop');
  client.say(ask);
  await new Promise(setImmediate);
  stop.abort('it was revoked');
  expect(await ending).toEqual({ kind: 'stopped', reason: 'it was revoked' });
  expect(ways).toEqual(['stop']);
  expect(client.got).toEqual([expect.stringContaining('it was revoked')]);
});

test('ends it also where the client does not read', async () => {
  const { client, stop, ways, ending } = bench('kill');
  client.reads = false;
  client.say(ask);
  await new Promise(setImmediate);
  stop.abort('it was revoked');
  expect(await ending).toMatchObject({ kind: 'stopped' });
  expect(ways).toEqual(['stop', 'kill']);
});

test('tells a server that its client left, and ends it where it stays', async () => {
  const { client, server, ways, ending } = bench('stop');
  client.leave();
  expect(await ending).toEqual({ kind: 'client left', code: 143 });
  expect([server.isEnded, ways]).toEqual([true, ['stop']]);
});

test.each(['fromClient', 'fromServer'] as const)('leaves no server behind where %s fails', async (method) => {
  const fault = new Error('a fault of ours');
  const { client, server, ways, ending } = bench('kill', {
    [method]: () => {
      throw fault;
    },
  });
  (method === 'fromClient' ? client : server).say(ask);
  await expect(ending).rejects.toBe(fault);
  expect(ways).toEqual(['kill']);
});
