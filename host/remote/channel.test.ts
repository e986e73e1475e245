/** The channel against an endpoint on loopback, which answers as each test says. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../core/json.ts';
import { maxMessageBytes } from '../../core/limits.ts';
import type { NpmOptions } from '../../core/npm-config.ts';
import { makeCertificate } from '../../test/support/certificate.ts';
import { temporaryFolder } from '../../test/support/folder.ts';
import { EndpointChannel } from './channel.ts';

interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly message: JsonObject | undefined;
}

let certificate: ReturnType<typeof makeCertificate>;
let server: Server | undefined;
let origin: string;
let options: NpmOptions;
let answer: (asked: Asked) => void;
let asked: Asked[];
let channel: EndpointChannel;
let came: JsonObject[];
let waiting: (() => void)[];

beforeAll(async () => {
  certificate = makeCertificate(await temporaryFolder());
});
beforeEach(async ({ skip }) => {
  skip(certificate === undefined, 'openssl is not here');
  const { cert, key } = certificate as NonNullable<typeof certificate>;
  options = { registry: 'https://registry.example.com', ca: cert };
  asked = [];
  // One for each test: no connection of another test is used again.
  server = createServer({ cert, key }, (request, response) => {
    void text(request).then((body) => {
      const each = { request, response, message: body === '' ? undefined : (JSON.parse(body) as JsonObject) };
      asked.push(each);
      return answer(each);
    });
  });
  await new Promise<void>((resolve) => void server?.listen(0, '127.0.0.1', resolve));
  origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  open();
});
afterEach(async () => {
  if (server === undefined) return;
  channel.kill();
  await channel.ended;
  server.close();
  server.closeAllConnections();
});

const times = { tellMs: 20_000, goneMs: 20_000, pauseMs: 5, maxPauseMs: 20 };

function open(url = `${origin}/mcp`, idleMs = 20_000): void {
  came = [];
  waiting = [];
  channel = new EndpointChannel({
    ...{
      name: 'notes',
      options,
      times: { ...times, idleMs },
      inputSchemas: () => [{ properties: { to: { type: 'string', 'x-mcp-header': 'To' } } }],
    },
    request: { url, headers: { authorization: 'Bearer canary' } },
  });
  void (async () => {
    for await (const received of channel.received()) {
      if (received.kind !== 'line') continue;
      came.push(JSON.parse(Buffer.from(received.line).toString('utf8')) as JsonObject);
      for (const wake of waiting.splice(0)) wake();
    }
  })();
}

/** The next messages that come, once there are so many. */
async function next(count = 1): Promise<JsonObject[]> {
  while (came.length < count) await new Promise<void>((wake) => waiting.push(wake));
  return came.splice(0, count);
}

const send = (message: JsonObject): Promise<void> =>
  channel.send(Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message })));
const json = (response: ServerResponse, message: JsonObject, headers = {}, status = 200): void =>
  void response
    .writeHead(status, { 'content-type': 'application/json', ...headers })
    .end(JSON.stringify({ jsonrpc: '2.0', ...message }));
const stream = (response: ServerResponse, ...events: string[]): void => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const event of events) response.write(`${event}\n\n`);
};
const event = (message: JsonObject): string => `data: ${JSON.stringify({ jsonrpc: '2.0', ...message })}`;

const meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' };
const initialize = { id: 0, method: 'initialize', params: { protocolVersion: '2025-11-25' } };
const begun = { id: 0, result: { protocolVersion: '2025-11-25', capabilities: {} } };

/** An honest endpoint with sessions: `more` answers what is not about the session. */
function withSessions(more: (each: Asked) => void, offersStream = false): void {
  let sessions = 0;
  answer = (each) => {
    const { request, response, message } = each;
    if (message?.['method'] === 'initialize') json(response, begun, { 'mcp-session-id': `session-${++sessions}` });
    else if (request.method === 'DELETE') response.writeHead(204).end();
    else if (message !== undefined && message['id'] === undefined) response.writeHead(202).end();
    else if (request.method === 'GET' && !offersStream) response.writeHead(405).end();
    else more(each);
  };
}

async function begin(): Promise<void> {
  await send(initialize);
  await send({ method: 'notifications/initialized' });
  await next();
}

describe('a session', () => {
  test('is begun, named in each request, and ended', async () => {
    withSessions(({ response, message }) => json(response, { id: message?.['id'], result: {} }));
    await begin();
    await send({ id: 1, method: 'tools/list' });
    expect(await next()).toEqual([{ jsonrpc: '2.0', id: 1, result: {} }]);
    channel.end();
    expect(await channel.ended).toBe(0);
    const posts = asked.filter(({ request }) => request.method !== 'GET');
    expect(posts.map(({ request }) => [request.method, request.headers['mcp-session-id']])).toEqual([
      ...[
        ['POST', undefined],
        ['POST', 'session-1'],
        ['POST', 'session-1'],
        ['DELETE', 'session-1'],
      ],
    ]);
    expect(posts[2]?.request.headers).toMatchObject({
      ...{ 'mcp-protocol-version': '2025-11-25', authorization: 'Bearer canary' },
      accept: 'application/json, text/event-stream',
    });
    expect(posts[2]?.request.headers).not.toHaveProperty('mcp-method');
  });

  test('that was forgotten is begun again, and what was refused is sent once more', async () => {
    let forgets = true;
    withSessions(({ request, response, message }) => {
      if (forgets && request.headers['mcp-session-id'] === 'session-1') response.writeHead(404).end();
      else json(response, { id: message?.['id'], result: {} });
    });
    await begin();
    await Promise.all([send({ id: 1, method: 'tools/list' }), send({ id: 2, method: 'prompts/list' })]);
    const ids = (await next(2)).map(({ id }) => id as number);
    expect(ids.toSorted((a, b) => a - b)).toEqual([1, 2]);
    expect(asked.filter(({ message }) => message?.['method'] === 'initialize')).toHaveLength(2);
    forgets = false;
  });

  test('that is forgotten each time is told of', async () => {
    withSessions(({ response }) => void response.writeHead(404).end());
    await begin();
    await send({ id: 1, method: 'tools/list' });
    expect(await next()).toMatchObject([
      { id: 1, error: { message: expect.stringContaining('forgets each session') } },
    ]);
  });

  test('in a version that nobody knows is none', async () => {
    answer = ({ response }) => json(response, { id: 0, result: { protocolVersion: '2099-01-01' } });
    await send(initialize);
    expect(await next()).toMatchObject([{ id: 0, error: { message: expect.stringContaining('a version of MCP') } }]);
  });

  test('has a stream for what the endpoint says by itself, asked for again from where it ended', async () => {
    const places: unknown[] = [];
    withSessions(({ request, response }) => {
      places.push(request.headers['last-event-id']);
      stream(response, `id: ${places.length}\n${event({ method: 'notifications/tools/list_changed' })}`);
      response.end();
    }, true);
    await begin();
    expect(await next(2)).toMatchObject([{ method: 'notifications/tools/list_changed' }, {}]);
    expect(places.slice(0, 2)).toEqual([undefined, '1']);
  });

  test('takes up a stream that broke before its answer', async () => {
    let places = 0;
    withSessions(({ request, response, message }) => {
      if (request.method === 'GET' && request.headers['last-event-id'] === 'a')
        stream(response, event({ id: 1, result: { whole: true } }));
      else if (request.method === 'GET') response.writeHead(405).end();
      else {
        const params = { of: message?.['id'], n: ++places };
        stream(response, `id: a\nretry: 1\ndata:`, event({ method: 'notifications/progress', params }));
        response.end();
      }
    }, true);
    await begin();
    await send({ id: 1, method: 'tools/call', params: { name: 'greet' } });
    expect(await next(2)).toMatchObject([{ method: 'notifications/progress' }, { id: 1, result: { whole: true } }]);
  });

  test('passes on what the endpoint asks, and answers it', async () => {
    withSessions(({ response, message }) => {
      stream(response, event({ id: 'q', method: 'roots/list' }), event({ id: message?.['id'], result: {} }));
    });
    await begin();
    await send({ id: 1, method: 'tools/list' });
    expect(await next(2)).toMatchObject([{ id: 'q', method: 'roots/list' }, { id: 1 }]);
    const before = asked.length;
    answer = ({ response }) => void response.writeHead(202).end();
    await send({ id: 'q', result: { roots: [] } });
    expect(asked.slice(before).map(({ message }) => message)).toMatchObject([{ id: 'q', result: { roots: [] } }]);
  });
});

describe('without a session (MCP 2026-07-28)', () => {
  test('each request says in its headers what it is', async () => {
    answer = ({ response, message }) => json(response, { id: message?.['id'], result: {} });
    await send({ id: 1, method: 'tools/call', params: { name: 'greet', arguments: { to: 'you' }, _meta: meta } });
    await next();
    expect(asked[0]?.request.headers).toMatchObject({
      ...{
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'tools/call',
        'mcp-name': 'greet',
        'mcp-param-to': 'you',
      },
    });
    expect(asked[0]?.request.headers).not.toHaveProperty('mcp-session-id');
  });

  test('an error passes with the status that it came with, and its id is that of the request', async () => {
    answer = ({ response }) => json(response, { id: null, error: { code: -32_601, message: 'no' } }, {}, 404);
    await send({ id: 1, method: 'tools/list', params: { _meta: meta } });
    expect(await next()).toEqual([{ jsonrpc: '2.0', id: 1, error: { code: -32_601, message: 'no' } }]);
  });

  test('closing the stream cancels, and no message is sent', async () => {
    const closed = Promise.withResolvers<void>();
    const here = Promise.withResolvers<void>();
    answer = ({ response }) => {
      response.on('close', closed.resolve);
      stream(response, ': here');
      here.resolve();
    };
    await send({ id: 1, method: 'tools/call', params: { name: 'greet', _meta: meta } });
    await here.promise;
    await send({ method: 'notifications/cancelled', params: { requestId: 1 } });
    await closed.promise;
    expect([asked.length, came]).toEqual([1, []]);
  });

  test('the endpoint asks nothing of its client, and notifications pass', async () => {
    answer = ({ response, message }) =>
      stream(
        response,
        event({ id: 'q', method: 'roots/list' }),
        event({ method: 'notifications/message', params: {} }),
        event({ id: message?.['id'], result: {} }),
      );
    await send({ id: 1, method: 'tools/list', params: { _meta: meta } });
    expect(await next(2)).toMatchObject([{ method: 'notifications/message' }, { id: 1, result: {} }]);
  });

  test('a subscription is ended when the client leaves', async () => {
    const here = Promise.withResolvers<void>();
    answer = ({ response }) => (stream(response, ': here'), here.resolve());
    await send({ id: 1, method: 'subscriptions/listen', params: { _meta: meta } });
    await here.promise;
    channel.end();
    expect(await channel.ended).toBe(0);
  });
});

describe('a client gets an error, and no secret in it, where an endpoint', () => {
  const modern = { id: 1, method: 'tools/call', params: { name: 'greet', _meta: meta } };
  test.each<[string, (each: Asked) => void, string]>([
    ['answers 500', ({ response }) => void response.writeHead(500).end('canary'), 'it answered 500'],
    ['answers 500 as JSON', ({ response }) => json(response, { id: 1, result: {} }, {}, 500), 'it answered 500'],
    ['answers 404', ({ response }) => void response.writeHead(404).end(), 'it answered 404'],
    ['wants credentials', ({ response }) => void response.writeHead(401).end(), 'it answered 401'],
    ['takes it, and says nothing', ({ response }) => void response.writeHead(202).end(), 'it answered 202'],
    ['answers another request', ({ response }) => json(response, { id: 2, result: {} }), 'not one to this request'],
    ['answers with a request', ({ response }) => json(response, { id: 1, method: 'ping' }), 'not one to this request'],
    [
      'answers with no JSON',
      ({ response }) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{'),
      'not one to this request',
    ],
    [
      'answers with HTML',
      ({ response }) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
      'the content type "text/html"',
    ],
    ['is silent', () => undefined, 'no answer in time'],
    ['stops in the middle', ({ response }) => stream(response, ': here'), 'no answer in time'],
    ['ends its stream', ({ response }) => (stream(response), void response.end()), 'ended without the result'],
    ['hangs up', ({ response }) => void response.destroy(), 'cannot be reached'],
    [
      'redirects elsewhere',
      ({ response }) => void response.writeHead(307, { location: 'https://elsewhere.example.com/' }).end(),
      'none to another host',
    ],
    [
      'redirects to no encryption',
      ({ response }) => void response.writeHead(307, { location: origin.replace('https', 'http') }).end(),
      'none to another host',
    ],
  ])('%s', async (_, lie, said) => {
    answer = lie;
    if (said === 'no answer in time') open(undefined, 300);
    await send(modern);
    const [error] = await next();
    expect(error).toMatchObject({ id: 1, error: { code: -32_000, message: expect.stringContaining(said) } });
    expect(error).toMatchObject({ error: { message: expect.stringContaining('It may have done what it was asked') } });
    expect(JSON.stringify(error)).not.toContain('canary');
    expect(asked).toHaveLength(1);
  });

  test.each([
    ['as JSON', 'application/json', '{"jsonrpc":"2.0","id":1,"result":{"a":"'],
    ['as a stream', 'text/event-stream', 'data: '],
  ])('sends without an end %s', async (_, type, start) => {
    answer = ({ response }) => {
      response.writeHead(200, { 'content-type': type });
      response.write(start);
      const more = (): void => void (response.destroyed || response.write('x'.repeat(1 << 20), more));
      more();
    };
    await send(modern);
    expect(await next()).toMatchObject([
      { error: { message: expect.stringContaining(`more than ${maxMessageBytes} bytes`) } },
    ]);
  });

  test('is not there, and then nothing was done', async () => {
    open('https://127.0.0.1:1/mcp');
    await send(modern);
    expect(await next()).toMatchObject([{ error: { message: expect.not.stringContaining('may have done') } }]);
  });

  test('has a certificate that nobody vouches for', async () => {
    answer = ({ response }) => json(response, { id: 1, result: {} });
    const before = options;
    options = { registry: 'https://registry.example.com', strictSSL: false };
    open();
    options = before;
    await send(modern);
    expect(await next()).toMatchObject([{ error: { message: expect.stringContaining('certificate') } }]);
    expect(asked).toEqual([]);
  });
});

test('follows a redirect within the origin', async () => {
  answer = ({ request, response, message }) => {
    if (request.url === '/mcp') response.writeHead(307, { location: '/other' }).end();
    else json(response, { id: message?.['id'], result: {} });
  };
  await send({ id: 1, method: 'tools/list', params: { _meta: meta } });
  expect(await next()).toMatchObject([{ id: 1, result: {} }]);
  expect(asked.map(({ request }) => request.url)).toEqual(['/mcp', '/other']);
});
