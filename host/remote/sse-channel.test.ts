import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { JsonObject } from '../../core/json.ts';
import { maxMessageBytes } from '../../core/limits.ts';
// oxlint-disable-next-line no-restricted-imports -- builders for tests alone
import { temporaryFolder } from '../../test/support/folder.ts';
// oxlint-disable-next-line no-restricted-imports -- builders for tests alone
import { startEndpoint, type McpEndpoint } from '../../test/support/mcp-endpoint.ts';
import { SseChannel } from './sse-channel.ts';

let endpoint: McpEndpoint;
let channel: SseChannel;
let came: JsonObject[];
let waiting: (() => void)[];

beforeEach(async ({ skip }) => {
  const started = await startEndpoint(await temporaryFolder(), true);
  skip(started === undefined, 'openssl is not here');
  endpoint = started as McpEndpoint;
  await open();
});
afterEach(() => channel?.kill());

async function open(idleMs = 20_000): Promise<void> {
  const ca = await readFile(endpoint.certificate, 'utf8');
  channel = new SseChannel({
    name: 'notes',
    request: { url: `${endpoint.origin}/sse`, headers: { authorization: 'Bearer canary' } },
    options: { registry: 'https://registry.example.com', ca },
    inputSchemas: () => [],
    times: { idleMs, tellMs: 20_000, goneMs: 20_000, pauseMs: 5, maxPauseMs: 20 },
  });
  came = [];
  waiting = [];
  void take(channel, came, waiting);
}

/** Takes each message as it comes, as a client does. */
async function take(from: SseChannel, into: JsonObject[], wake: (() => void)[]): Promise<void> {
  for await (const received of from.received()) {
    if (received.kind !== 'line') continue;
    into.push(JSON.parse(Buffer.from(received.line).toString('utf8')) as JsonObject);
    for (const each of wake.splice(0)) each();
  }
}

async function next(): Promise<JsonObject | undefined> {
  while (came.length === 0) await new Promise<void>((wake) => waiting.push(wake));
  return came.shift();
}

const send = (message: JsonObject): Promise<void> =>
  channel.send(Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message })));
const call = { id: 1, method: 'tools/call', params: { name: 'greet' } };

/** A stream that says these events, and then stays open. */
const stream = (response: ServerResponse, ...events: string[]): void => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const event of events) response.write(`${event}\n\n`);
};
const inbox = (path: string): string => `event: endpoint\ndata: ${path}`;

test('posts where the stream says, with the approved headers, and gives what the stream answers', async () => {
  await send({ id: 0, method: 'initialize', params: { protocolVersion: '2024-11-05' } });
  expect(await next()).toMatchObject({ id: 0, result: { serverInfo: { name: 'endpoint' } } });
  await send({ method: 'notifications/initialized' });
  await send(call);
  expect(await next()).toMatchObject({ id: 1, result: { content: [{ text: 'called greet' }] } });
  expect(endpoint.asked.map(({ method, path, headers }) => [method, path, headers.authorization])).toEqual([
    ['GET', '/sse', 'Bearer canary'],
    ...Array.from({ length: 3 }, () => ['POST', '/messages/0', 'Bearer canary']),
  ]);
});

test('ends when its client has ended and every request has its answer', async () => {
  await send(call);
  channel.end();
  expect(await next()).toMatchObject({ id: 1, result: {} });
  expect(await channel.ended).toBe(0);
});

test('does not wait for the answer of a request that its client gave up', async () => {
  endpoint.lie = (request, response) =>
    request.method === 'GET' ? stream(response, inbox('/messages')) : void response.writeHead(202).end();
  await send({ id: 0, method: 'initialize' });
  await send({ method: 'notifications/cancelled', params: { requestId: 0 } });
  channel.end();
  expect(await channel.ended).toBe(0);
});

test('whose stream ends ends too, after everybody who waits has an answer', async () => {
  endpoint.lie = (request, response) => {
    if (request.method === 'GET') return stream(response, inbox('/messages'));
    response.writeHead(202).end();
    return void endpoint.close();
  };
  await send(call);
  expect(await next()).toMatchObject({ id: 1, error: { message: expect.stringContaining('look before you repeat') } });
  expect(await channel.ended).toBe(1);
});

test.each<[what: string, answer: (response: ServerResponse) => void, said: string]>([
  ['names another host for messages', (to) => stream(to, inbox('https://evil.example.com/')), 'at another host'],
  ['names no address for messages', (to) => stream(to, inbox('http://[')), 'at another host'],
  ['names none and ends', (to) => (stream(to, ': nothing'), void to.end()), 'its stream ended'],
  ['has no stream', (to) => void to.writeHead(200, { 'content-type': 'text/html' }).end('<html>'), 'it answered 200'],
  ['wants credentials', (to) => void to.writeHead(401).end(), 'credentials list notes'],
  ['leads elsewhere', (to) => void to.writeHead(307, { location: 'https://evil.example.com/' }).end(), 'a redirect'],
  [
    'sends a message without end',
    (to) => stream(to, inbox('/m'), `data: ${'x'.repeat(2 * maxMessageBytes)}`),
    'more than',
  ],
])('a client gets an error where the endpoint %s', async (_, answer, said) => {
  endpoint.lie = (request, response) =>
    request.method === 'GET' ? answer(response) : void response.writeHead(202).end();
  await send(call);
  const { error } = (await next()) as { error: { message: string } };
  expect(error.message).toContain(said);
  expect(error.message).not.toContain('canary');
  expect(await channel.ended).toBe(1);
});

test('a client gets an error where messages are refused, and the session goes on', async () => {
  endpoint.lie = (request, response) =>
    request.method === 'GET' ? stream(response, inbox('/messages')) : void response.writeHead(500).end();
  await send(call);
  expect(await next()).toMatchObject({ id: 1, error: { message: expect.stringContaining('it answered 500') } });
  await send({ ...call, id: 2 });
  expect(await next()).toMatchObject({ id: 2, error: {} });
});

test('a client gets an error where the stream never says where to post', async () => {
  await open(50);
  endpoint.lie = (_, response) => stream(response, ': nothing');
  await send(call);
  expect(await next()).toMatchObject({ id: 1, error: { message: expect.stringContaining('within 50 ms') } });
});
