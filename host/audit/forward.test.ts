import { appendFileSync, chmodSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { HttpFailure, NetworkFailure } from '../../core/address.ts';
import { aCall, aLaunch, aLog, trailPlace } from '../../test/support/audit-trail.ts';
import { makeCertificate } from '../../test/support/certificate.ts';
import { temporaryFolder } from '../../test/support/folder.ts';
import { fullFiles, openFolder, type TrailPlace } from './files.ts';
import { forward, type ForwardTask } from './forward.ts';
import { CollectorBusy } from './held-back.ts';
import { takeLock } from '../process-lock.ts';
import type { SentEvent } from './otlp.ts';
import { readHeaders, sendTo } from './send.ts';

const now = new Date('2026-04-16T10:00:00Z');
let place: TrailPlace;
let received: SentEvent[];

beforeEach(async () => {
  place = await trailPlace();
  received = [];
});

const take: ForwardTask['send'] = async (events) => {
  received.push(...events);
  return 0;
};
const run = (change: Partial<ForwardTask> = {}): ReturnType<typeof forward> =>
  forward({
    place,
    spoolBytes: 1_000_000,
    send: take,
    append: (event) => aLog(place).append({ ...event, registry: 'mcp.example.com' }),
    now: () => now,
    signal: new AbortController().signal,
    ...change,
  });
const sequences = (): number[] => received.map(({ event }) => event.sequence);
const write = (count: number, fullBytes?: number): void => {
  const log = aLog(place, fullBytes);
  for (let each = 0; each < count; each++) log.append(aLaunch);
};

test('sends each event once, in the order of the trail, over several runs and files', async () => {
  const log = aLog(place, 2000);
  for (let count = 0; count < 10; count++) {
    log.append(aCall);
    if (count % 3 === 0) await run();
  }
  await run();
  expect(fullFiles(place).length).toBeGreaterThan(1);
  expect(sequences()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(await run()).toEqual({ sent: 0, dropped: 0 });
});

test('sends in batches, and remembers each', async () => {
  write(1200);
  const sizes: number[] = [];
  const send: ForwardTask['send'] = async (events) => {
    if (sizes.length === 1) throw new NetworkFailure('https://otel.example.com', new Error('ECONNREFUSED'));
    sizes.push(events.length);
    return take(events, new AbortController().signal);
  };
  await expect(run({ send })).rejects.toMatchObject({ code: 'network' });
  await run();
  expect(sizes).toEqual([500]);
  expect(sequences()).toEqual(Array.from({ length: 1200 }, (_, index) => index + 1));
});

test('gives up the oldest where more waits than may, and writes that down', async () => {
  write(100, 10_000);
  await expect(run({ send: () => Promise.reject(new Error('down')) })).rejects.toThrow('down');
  const result = await run({ spoolBytes: 20_000 });
  expect(result?.dropped).toBeGreaterThan(40);
  const last = received.at(-1)?.event;
  expect(last).toMatchObject({ event: 'drop', outcome: 'failed', dropped: result?.dropped });
  expect(sequences().slice(0, -1)).toEqual(
    Array.from({ length: 100 - (result?.dropped ?? 0) }, (_, index) => index + 1 + (result?.dropped ?? 0)),
  );
});

test('says so where what was sent last is no longer kept', async () => {
  write(5);
  await run();
  rmSync(place.file);
  write(2);
  received = [];
  await run();
  expect(received.map(({ event }) => [event.event, event.message])).toEqual([
    ['launch', undefined],
    ['launch', undefined],
    ['drop', expect.stringContaining('no longer kept')],
  ]);
});

test('gives up one event that is refused as it is, and none beside it', async () => {
  write(9);
  const send: ForwardTask['send'] = async (events, signal) => {
    if (events.some(({ event }) => event.sequence === 4 && event.event !== 'drop'))
      throw new HttpFailure('https://otel.example.com', 400);
    return take(events, signal);
  };
  expect(await run({ send })).toEqual({ sent: 8, dropped: 1 });
  await run({ send });
  expect(received.map(({ event }) => event.event)).toEqual([...Array<string>(8).fill('launch'), 'drop']);
});

test.each([401, 403, 404, 429, 503])('keeps all that waits where the collector answers %d', async (status) => {
  write(3);
  const send = (): Promise<number> => Promise.reject(new HttpFailure('https://otel.example.com', status));
  await expect(run({ send })).rejects.toMatchObject({ status });
  await run();
  expect(sequences()).toEqual([1, 2, 3]);
});

test('loses nothing but what may not wait in an outage of an hour, counts that once, and sends the rest in order', async () => {
  const log = aLog(place, 50_000);
  const spoolBytes = 200_000;
  let tries = 0;
  const send = (): Promise<number> => {
    tries++;
    return Promise.reject(new NetworkFailure('https://otel.example.com', new Error('ECONNREFUSED')));
  };
  const hour = 3_600_000;
  for (let ms = 0; ms < hour; ms += 300_000) {
    for (let count = 0; count < 100; count++) log.append(aCall);
    await expect(run({ send, spoolBytes, now: () => new Date(now.getTime() + ms) })).rejects.toThrow();
  }
  expect(tries).toBe(12);
  await run({ spoolBytes, now: () => new Date(now.getTime() + hour) });
  const calls = received.filter(({ event }) => event.event === 'call').map(({ event }) => event.sequence);
  const first = calls[0] ?? 0;
  expect(calls).toEqual(Array.from({ length: 1200 - first + 1 }, (_, index) => first + index));
  const drops = received.flatMap(({ event }) => event.dropped ?? []);
  const droppedSince = drops.reduce((sum, dropped) => sum + dropped, 0);
  expect(first).toBeGreaterThan(1);
  expect(droppedSince).toBe(first - 1);
  expect(received.reduce((sum, { text }) => sum + text.length + 1, 0)).toBeLessThan(spoolBytes + 10_000);
});

describe('a collector that says when to come again', () => {
  const at = (seconds: number) => () => new Date(now.getTime() + seconds * 1000);
  const busy = (retryAfter: string) => () =>
    Promise.reject(new CollectorBusy('https://otel.example.com', 429, retryAfter));

  test.each([
    ['120', 119, 120],
    [new Date(now.getTime() + 120_000).toUTCString(), 119, 120],
    // Not for as long as it likes.
    ['999999999', 3_599, 3_600],
  ])('is asked then, and not before: %s', async (retryAfter, before, then) => {
    write(2);
    await expect(run({ send: busy(retryAfter) })).rejects.toMatchObject({ status: 429 });
    await expect(run({ now: at(before) })).rejects.toMatchObject({ code: 'audit-held-back' });
    expect(received).toEqual([]);
    await run({ now: at(then) });
    expect(sequences()).toEqual([1, 2]);
  });

  test.each(['0', '-5', 'soon', '', new Date(0).toUTCString()])(
    'is asked again at once after %j',
    async (retryAfter) => {
      write(1);
      await expect(run({ send: busy(retryAfter) })).rejects.toMatchObject({ status: 429 });
      expect(await run()).toEqual({ sent: 1, dropped: 0 });
    },
  );

  test('keeps nothing back where the clock was set back', async () => {
    write(1);
    await expect(run({ send: busy('3600') })).rejects.toMatchObject({ status: 429 });
    expect(await run({ now: at(-86_400) })).toEqual({ sent: 1, dropped: 0 });
  });
});

test('waits for a line that is just being written', async () => {
  write(2);
  appendFileSync(place.file, '{"schemaVersion":1');
  await run();
  expect(sequences()).toEqual([1, 2]);
  write(1);
  await run();
  expect(sequences()).toEqual([1, 2, 1]);
});

test('does nothing while another process forwards, and goes on after one that was killed', async () => {
  write(1);
  openFolder(place);
  takeLock(join(place.folder, 'forwarding'), now, 1000);
  expect(await run()).toBeUndefined();
  expect(await run({ now: () => new Date(now.getTime() + 600_000) })).toEqual({ sent: 1, dropped: 0 });
});

test('sends again what it does not know to have sent, where its memory is damaged', async () => {
  write(2);
  await run();
  writeFileSync(join(place.folder, 'forwarded.json'), '{"file":');
  await run();
  expect(sequences()).toEqual([1, 2, 1, 2]);
});

const certificate = makeCertificate(await temporaryFolder());

test.skipIf(certificate === undefined).each([
  [429, '7', { retryAfter: '7' }],
  [503, '7', { retryAfter: '7' }],
  [503, undefined, { status: 503 }],
  // It refuses the event itself: to wait would not help.
  [400, '7', { status: 400 }],
])('reads of an answer %d with Retry-After %s when to come again', async (status, retryAfter, expected) => {
  vi.stubEnv('npm_config_strict_ssl', 'false');
  const server = createServer({ ...certificate }, (request, response) => {
    request.resume();
    response.writeHead(status, retryAfter === undefined ? {} : { 'retry-after': retryAfter }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `https://127.0.0.1:${(server.address() as AddressInfo).port}/v1/logs`;
  try {
    const send = sendTo({ endpoint, protocol: 'otlp', headersFrom: undefined, spoolBytes: 1 });
    const failure: unknown = await send([], new AbortController().signal).catch((error: unknown) => error);
    expect(failure).toMatchObject(expected);
    expect(failure instanceof CollectorBusy).toBe('retryAfter' in expected);
  } finally {
    server.close();
    vi.unstubAllEnvs();
  }
});

test.skipIf(certificate === undefined).each(['otlp', 'jsonl'] as const)(
  'sends %s to a collector over HTTPS, with the headers of a file, and hears what it refuses',
  async (protocol) => {
    vi.stubEnv('npm_config_strict_ssl', 'false');
    const asked: { headers: Record<string, unknown>; body: string }[] = [];
    const server = createServer({ ...certificate }, (request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
      request.on('end', () => {
        asked.push({ headers: request.headers, body });
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ partialSuccess: { rejectedLogRecords: '1', errorMessage: 'no' } }));
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const headersFrom = join(dirname(place.file), 'headers');
    writeFileSync(headersFrom, '# for the collector\nAuthorization: Bearer secret-token\n', { mode: 0o600 });
    const endpoint = `https://127.0.0.1:${(server.address() as AddressInfo).port}/v1/logs`;
    try {
      write(3);
      const send = sendTo({ endpoint, protocol, headersFrom, spoolBytes: 1 });
      expect(await run({ send })).toEqual(protocol === 'otlp' ? { sent: 2, dropped: 1 } : { sent: 3, dropped: 0 });
    } finally {
      server.close();
      vi.unstubAllEnvs();
    }
    const [first] = asked;
    const body = first?.body ?? '';
    expect(first?.headers).toMatchObject({ authorization: 'Bearer secret-token' });
    if (protocol === 'jsonl') expect(body.trimEnd().split('\n')).toHaveLength(3);
    else checkOtlp(JSON.parse(body));
  },
);

/** By the JSON mapping of opentelemetry/proto/logs/v1/logs.proto: these fields, of these types, and no others. */
function checkOtlp(request: OtlpRequest): void {
  for (const { resource, scopeLogs, ...others } of request.resourceLogs) {
    expect(others).toEqual({});
    resource.attributes.forEach(checkAttribute);
    for (const { scope, logRecords } of scopeLogs) {
      expect(scope).toEqual({ name: expect.any(String), version: expect.any(String) });
      for (const { attributes, ...record } of logRecords) {
        attributes.forEach(checkAttribute);
        expect(record).toEqual({
          timeUnixNano: expect.stringMatching(/^\d{19}$/u),
          observedTimeUnixNano: expect.stringMatching(/^\d{19}$/u),
          severityNumber: expect.any(Number),
          severityText: expect.any(String),
          eventName: expect.stringMatching(/^countersign\.[a-z]+$/u),
          body: { stringValue: expect.any(String) },
        });
      }
    }
  }
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface OtlpRequest {
  readonly resourceLogs: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeLogs: readonly {
      readonly scope: object;
      readonly logRecords: readonly { readonly attributes: readonly Attribute[] }[];
    }[];
  }[];
}

function checkAttribute({ key, value }: Attribute): void {
  const [kind, ...others] = Object.keys(value);
  const whole = expect.stringMatching(/^-?\d+$/u);
  const contents = { stringValue: expect.any(String), intValue: whole, doubleValue: expect.any(Number) };
  expect(others, key).toEqual([]);
  expect(value, key).toEqual({ [kind ?? '']: contents[kind as keyof typeof contents] });
}

test.each<[string, string, number, string]>([
  ['a file that everybody can read', 'A: b', 0o644, 'can be read by everybody'],
  ['a file that others can write', 'A: b', 0o620, 'can be written'],
  ['a line that is no header', 'A: b\nsecret-token', 0o600, 'no header in line 2'],
])('takes no headers from %s, and shows no secret', async (_, text, mode, message) => {
  const path = join(await temporaryFolder(), 'headers');
  writeFileSync(path, text);
  chmodSync(path, mode);
  expect(() => readHeaders(path)).toThrow(message);
  expect(() => readHeaders(path)).not.toThrow('secret-token');
});
