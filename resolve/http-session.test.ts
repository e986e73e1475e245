import { setInterval } from 'node:timers';
import type { ServerResponse } from 'node:http';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Failure } from '../core/failure.ts';
import { temporaryFolder } from '../test/support/folder.ts';
import { greet, startEndpoint, type McpEndpoint } from '../test/support/mcp-endpoint.ts';
import { officialEndpoint } from '../test/support/official-endpoint.ts';
import { HttpSession } from './http-session.ts';
import { listOffers, type Said } from './mcp-session.ts';
import type { SessionBounds } from './requests.ts';

let endpoint: McpEndpoint | undefined;

beforeAll(async () => {
  endpoint = await startEndpoint(await temporaryFolder());
});
afterAll(() => endpoint?.close());
beforeEach(() => {
  if (endpoint === undefined) return;
  endpoint.lie = undefined;
  endpoint.answers = 'json';
  endpoint.tools = [greet];
  endpoint.asked.length = 0;
});

interface Change extends Partial<SessionBounds> {
  readonly path?: string;
  readonly publicOnly?: boolean;
}

function listed(
  { origin, certificate }: McpEndpoint,
  { path = '/mcp', publicOnly = false, ...bounds }: Change = {},
): Promise<Said> {
  const options = { registry: '', ca: readFileSync(certificate, 'utf8') };
  const transport = path === '/sse' ? ('sse' as const) : ('streamable-http' as const);
  const where = { url: `${origin}${path}`, transport, headers: { 'x-mode': 'plain' }, options, publicOnly };
  const open = (limits: Omit<SessionBounds, 'settleMs'>): HttpSession =>
    new HttpSession({ ...where, withoutCredentials: 'lock it with --no-capture' }, limits);
  return listOffers(open, {}, { settleMs: 0, ...bounds });
}

const failure = (listing: Promise<Said>): Promise<Pick<Failure, 'code' | 'message' | 'remedy'>> =>
  listing.then(
    () => ({ code: 'none', message: 'it answered', remedy: '' }),
    (error: Failure) => ({ code: error.code, message: error.message, remedy: error.remedy }),
  );

describe('an endpoint', () => {
  beforeEach(({ skip }) => skip(endpoint === undefined, 'openssl is not here'));
  const here = (): McpEndpoint => {
    if (endpoint === undefined) throw new Error('there is no endpoint');
    return endpoint;
  };
  const html = (response: ServerResponse, type: string | undefined, body: string): void =>
    void response.writeHead(200, type === undefined ? {} : { 'content-type': type }).end(body);

  test.each([
    ['JSON', 'json', '/mcp'],
    ['an event stream that stays open', 'stream', '/mcp'],
    ['the older SSE', 'json', '/sse'],
  ] as const)('is understood over %s', async (_, answers, path) => {
    here().answers = answers;
    const said = await listed(here(), { path });
    expect([said.instructions, said.tools[0], said.others.size]).toEqual(['Greet people by their names.', greet, 0]);
  });

  test('that speaks MCP 2026-07-28 alone is asked in that, with what it repeats in headers', async () => {
    here().lie = officialEndpoint(here().origin, { changed: false }, { isNewestOnly: true });
    const said = await listed(here());
    expect(said.tools.map(({ name }) => name).slice(0, 5)).toEqual(['greet', 'ask', 'think', 'change', 'hidden']);
    expect(here().asked.map(({ headers }) => [headers['mcp-protocol-version'], headers['mcp-method']])).toEqual([
      [undefined, undefined],
      ['2026-07-28', 'server/discover'],
      ['2026-07-28', 'tools/list'],
      ['2026-07-28', 'tools/list'],
    ]);
  });

  test.each([
    ['no JSON', '{'],
    ['JSON of another kind', '{"error":{"code":-32022}}'],
    ['an error to another request', '{"jsonrpc":"2.0","id":77,"error":{"code":-32601,"message":"x"}}'],
    ['a request', '{"jsonrpc":"2.0","id":1,"method":"ping"}'],
  ])('that answers 400 with %s is not asked in another version', async (_, body) => {
    here().lie = (_request, response) => void response.writeHead(400, { 'content-type': 'application/json' }).end(body);
    expect((await failure(listed(here()))).message).toContain('it answered 400');
    expect(here().asked).toHaveLength(1);
  });

  test('is sent its headers, its session and the version that it speaks, and is told the end', async () => {
    await listed(here());
    const { asked } = here();
    expect(asked.map(({ method, message }) => [method, message?.method])).toEqual([
      ['POST', 'initialize'],
      ['POST', 'notifications/initialized'],
      ['POST', 'tools/list'],
      ['POST', 'tools/list'],
      ['DELETE', undefined],
    ]);
    const [first, ...others] = asked.map(({ headers }) => headers);
    expect(first).toMatchObject({ 'x-mode': 'plain', accept: 'application/json, text/event-stream' });
    expect(first).not.toHaveProperty('mcp-session-id');
    for (const headers of others)
      expect(headers).toMatchObject({ 'mcp-session-id': 'session-1', 'mcp-protocol-version': '2025-06-18' });
    expect(asked.flatMap(({ headers }) => headers.authorization ?? headers.cookie ?? [])).toEqual([]);
  });

  test('has what it asks answered', async () => {
    here().answers = 'stream';
    await listed(here());
    expect(
      here().asked.flatMap(({ message }) => (message?.method === undefined ? (message ?? []) : [])),
    ).toContainEqual({ jsonrpc: '2.0', id: 'ask', result: {} });
  });

  test('that names its authorization servers is said to want people to sign in', async () => {
    const challenge = 'Bearer resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource"';
    here().lie = (_, response) => void response.writeHead(401, { 'www-authenticate': challenge }).end();
    expect(await failure(listed(here()))).toEqual({
      code: 'capture',
      message: expect.stringContaining('it wants people to sign in (OAuth)'),
      remedy: 'write their authorization server under remote.authorization; lock it with --no-capture',
    });
  });

  test.each([401, 403])('that answers %s is said to want credentials', async (status) => {
    here().lie = (_, response) => void response.writeHead(status).end();
    expect(await failure(listed(here()))).toEqual({
      code: 'capture',
      message: expect.stringContaining(`it answered ${status}: it wants credentials`),
      remedy: 'lock it with --no-capture',
    });
  });

  test.each<[string, McpEndpoint['lie'], string]>([
    ['a page', (_, response) => html(response, 'text/html', '<p>'), 'the content type "text/html"'],
    ['no content type', (_, response) => html(response, undefined, '{}'), 'the content type ""'],
    ['what is no JSON', (_, response) => html(response, 'application/json', '<p>'), 'something else than JSON'],
    ['another request', (_, response) => html(response, 'application/json', '{"id":7,"result":{}}'), 'ended without'],
    ['a stream that ends', (_, response) => html(response, 'text/event-stream', 'data: 1\n\n'), 'ended without'],
    [
      'no version of the protocol',
      (_, response, message) => html(response, 'application/json', JSON.stringify({ id: message?.id, result: {} })),
      'no version of the protocol',
    ],
    [
      'a session that is no text',
      (_, response) => void response.writeHead(200, { 'mcp-session-id': 'a b' }).end(),
      'its name of the session',
    ],
    ['an error', (_, response) => void response.writeHead(500).end(), 'it answered 500'],
    ['another method', (_, response) => void response.writeHead(405).end(), 'it answered 405'],
    [
      'a redirect to another host',
      (_, response) => void response.writeHead(307, { location: 'https://other.example.com/mcp' }).end(),
      'a redirect to other.example.com, and none to another host is followed',
    ],
    [
      'a redirect that forgets the message',
      (_, response) => void response.writeHead(302, { location: '/other' }).end(),
      'answered 302, a redirect',
    ],
    ['redirects without an end', (_, response) => void response.writeHead(307, { location: '/mcp' }).end(), 'redirect'],
  ])('that answers with %s is refused', async (_, lie, message) => {
    here().lie = lie;
    expect(await failure(listed(here()))).toMatchObject({ code: 'capture', message: expect.stringContaining(message) });
  });

  test('is followed to another path of the same host', async () => {
    const lie: McpEndpoint['lie'] = (request, response) => {
      if (request.url === '/moved') response.writeHead(308, { location: '/mcp' }).end();
      here().lie = undefined;
    };
    here().lie = lie;
    expect((await listed(here(), { path: '/moved' })).tools).toHaveLength(2);
  });

  test('that never ends its answer is cut off', async () => {
    here().lie = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const timer = setInterval(() => response.write(`: ${'x'.repeat(10_000)}\n`), 1);
      response.on('close', () => clearInterval(timer));
    };
    const found = await failure(listed(here(), { maxBytes: 100_000 }));
    expect(found.message).toContain('it sent more than 100000 bytes');
  });

  test.each(['/mcp', '/sse'])('that says nothing at %s is not waited for', async (path) => {
    here().lie = () => undefined;
    expect((await failure(listed(here(), { path, answerMs: 200 }))).message).toContain(
      'no answer to initialize in 0.2 s',
    );
    expect((await failure(listed(here(), { path, sessionMs: 200 }))).message).toContain('more than 0.2 s altogether');
  });

  test('that asks too much of the client is refused', async () => {
    here().lie = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (let id = 0; id < 2_000; id++)
        response.write(`data: ${JSON.stringify({ jsonrpc: '2.0', id: `a${id}`, method: 'ping' })}\n\n`);
    };
    expect((await failure(listed(here()))).message).toMatch(/it asked more than \d+ things/u);
  });

  test('over SSE may not name another host for its messages', async () => {
    here().lie = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('event: endpoint\ndata: https://other.example.com/messages\n\n');
    };
    expect((await failure(listed(here(), { path: '/sse' }))).message).toContain('at another host, other.example.com');
  });

  test('on a private network is not asked where only public ones may be', async () => {
    expect(await failure(listed(here(), { publicOnly: true }))).toMatchObject({
      message: expect.stringContaining('127.0.0.1, which is not on the public internet'),
      remedy: 'endpoints on a private network are asked only with --private-network',
    });
    expect(here().asked).toEqual([]);
  });

  test('whose certificate nobody vouches for is not asked', async () => {
    const { origin } = here();
    const open = (limits: Omit<SessionBounds, 'settleMs'>): HttpSession =>
      new HttpSession(
        {
          ...{ url: `${origin}/mcp`, transport: 'streamable-http', headers: {}, options: { registry: '' } },
          ...{ publicOnly: false, withoutCredentials: '' },
        },
        limits,
      );
    expect((await failure(listOffers(open, {}, { settleMs: 0 }))).message).toContain('its certificate is not accepted');
    expect(here().asked).toEqual([]);
  });
});
