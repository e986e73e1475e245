import { generateKeyPairSync, verify } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { forgeDeadlineMs, forgeRetries, forgeTimeoutMs } from '../../../core/limits.ts';
import { virtualClock } from '../../../test/support/virtual-clock.ts';
import { askingTime } from './asking-time.ts';
import { githubClient, type GitHubClient } from './client.ts';
import { githubCredential } from './credential.ts';
import { githubTransport } from './transport.ts';

const start = new Date('2026-04-16T12:00:00Z');
const token = 'ghs_a-token-that-nobody-may-see';
const repository = { owner: 'example', repo: 'registry' };

let answers: ((response: ServerResponse, request: IncomingMessage) => void)[] = [];
let seen: IncomingMessage[] = [];
let clock = virtualClock(start);
const server = createServer((request, response) => {
  seen.push(request);
  const play = answers.length > 1 ? answers.shift() : answers[0];
  play?.(response, request);
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  answers = [];
  seen = [];
  clock = virtualClock(start);
});

const transport = () => ({ api, clock, time: askingTime(clock, forgeDeadlineMs), maxBytes: 1000 });
const client = (address = api): GitHubClient =>
  githubClient({ ...transport(), api: address, authorization: async () => `Bearer ${token}` });

const json =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  (response: ServerResponse): void =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
const fine = json(200, { id: 1 });

const ask = (): Promise<unknown> => client().get('GET /repos/{owner}/{repo}', repository);
const everythingOf = (error: unknown): string =>
  error instanceof Error ? `${error.stack} ${JSON.stringify(error)} ${everythingOf(error.cause)}` : String(error);

test.each<[is: string, waits: number[], fault: (response: ServerResponse) => void]>([
  ['502', [500], json(502, {})],
  ['a connection that is reset', [500], (response) => void response.destroy()],
  ['a body that is cut off', [500], (response) => void response.writeHead(200, { 'content-length': 90 }).write('{"id"', () => response.destroy())],
  ['half of a document', [500], (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"id": 1')],
  ['no answer in time', [500], () => clock.pass(forgeTimeoutMs)],
  ['a limit with a pause', [7000], json(429, {}, { 'retry-after': '7' })],
  ['a second limit with a pause', [7000], json(403, {}, { 'retry-after': '7' })],
  ['a limit without a pause', [60_000], json(429, {})],
  ['a second limit without a pause', [60_000], json(403, { message: 'You have exceeded a secondary rate limit.' })],
  ['a limit with a pause of nothing', [500], json(429, {}, { 'retry-after': '0' })],
  ['a limit that ends at a time that is not said', [60_000], json(403, {}, { 'x-ratelimit-remaining': '0' })],
  ['a limit that ends at a time', [31_000], json(403, {}, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1776340830', date: 'Thu, 16 Apr 2026 12:00:00 GMT' })],
])('asks again after %s', async (_, waits, fault) => {
  answers = [fault, fine];
  expect(await ask()).toEqual({ id: 1 });
  expect(clock.pauses).toEqual(waits);
  answers = [fault];
  const error = await ask().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'Failure' });
  expect(everythingOf(error)).not.toContain(token);
  expect(clock.pauses).toHaveLength(1 + forgeRetries);
}); // prettier-ignore

test('ends where the questions of one run take too long together; time between them does not count', async () => {
  const asking = client();
  const route = (): Promise<unknown> => asking.get('GET /repos/{owner}/{repo}', repository);
  const slow = json(429, {}, { 'retry-after': '120' });
  answers = [slow, slow, slow, slow, fine];
  expect(await route()).toEqual({ id: 1 });
  clock.pass(forgeDeadlineMs);
  answers = [fine];
  expect(await route()).toEqual({ id: 1 });
  answers = [slow, fine];
  await expect(route()).rejects.toMatchObject({ code: 'forge-deadline' });
  // After that nothing is asked.
  seen = [];
  await expect(route()).rejects.toMatchObject({ code: 'forge-deadline' });
  expect(seen).toEqual([]);
  // The next run has time of its own.
  expect(await ask()).toEqual({ id: 1 });
});

test.each<[is: string, code: string, answer: (response: ServerResponse) => void]>([
  ['a pause that is too long', 'forge-rate-limit', json(429, {}, { 'retry-after': '3600' })],
  ['a redirect', 'forge-moved', json(301, {}, { location: `${api}/repositories/1` })],
  ['a credential that is not accepted', 'forge-credentials', json(401, {})],
  ['what it may not read', 'forge-not-allowed', json(403, {})],
  ['what is not there', 'forge-not-found', json(404, {})],
  ['too many bytes', 'E_TOO_LARGE', json(200, 'x'.repeat(1000))],
])('ends at once with %s', async (_, code, answer) => {
  answers = [answer];
  const error = await ask().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code });
  expect(everythingOf(error)).not.toContain(token);
  expect(seen).toHaveLength(1);
});

const pulls = (maxItems: number): Promise<readonly unknown[]> =>
  client().list('GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews', { ...repository, pull_number: 1 }, maxItems);

test('reads all pages, and never more than asked for', async () => {
  const next = (page: number): string => `<${api}/page?page=${page}>; rel="next"`;
  answers = [json(200, [1, 2], { link: next(2) }), json(200, [3])];
  expect(await pulls(3)).toEqual([1, 2, 3]);
  answers = [json(200, [1, 2], { link: next(2) }), json(200, [3, 4])];
  await expect(pulls(3)).rejects.toMatchObject({ code: 'E_TOO_LARGE' });
});

const hundred = Array.from({ length: 100 }, (_, index) => index);

test('asks for the page after a full one, though GitHub names none', async () => {
  answers = [json(200, hundred), json(200, [100])];
  expect(await pulls(200)).toHaveLength(101);
  answers = [json(200, hundred), json(200, [])];
  expect(await pulls(200)).toHaveLength(100);
});

test.each([
  ['goes round', [1], 1],
  ['is empty and goes on', [], 1],
  ['is full each time', hundred, 100],
])('refuses a list that %s', async (_, page, least) => {
  answers = [json(200, page, { link: `<${api}/page?page=1>; rel="next"` })];
  await expect(pulls(2 * least + 1)).rejects.toMatchObject({ code: 'E_EVIDENCE_ANSWER' });
  expect(seen).toHaveLength(2);
});

test('refuses a list of small pages that does not end', async () => {
  const links = { link: `<${api}/page>; rel="next"` };
  answers = Array.from({ length: 9 }, (_, page) => json(200, [page], links));
  await expect(pulls(200)).rejects.toMatchObject({ code: 'E_EVIDENCE_ANSWER' });
  expect(seen).toHaveLength(4);
});

test('gives the token to no other host, though a list goes on there', async () => {
  answers = [json(200, [1], { link: '<http://127.0.0.2:9/page>; rel="next"' }), json(200, [2])];
  expect(await pulls(3)).toEqual([1, 2]);
  const elsewhere = githubTransport({ ...transport(), authorization: async () => `Bearer ${token}` });
  await expect(elsewhere('http://127.0.0.2:9/page', {})).rejects.toMatchObject({ code: 'forge-elsewhere' });
});

test.each([
  ['an answer that is no list', 200, 'E_EVIDENCE_ANSWER'],
  ['409', 409, 'forge-answer'],
])('takes %s for no empty list', async (_, status, code) => {
  answers = [json(status, {})];
  await expect(pulls(3)).rejects.toMatchObject({ code });
});

test.each(['http://api.example.com', 'ftp://127.0.0.1', 'https://user@api.example.com'])(
  'asks nothing at %s',
  (address) => {
    expect(() => client(address)).toThrow(expect.objectContaining({ code: 'forge-unsafe' }));
  },
);

test('asks as GitHub wants it, with the token', async () => {
  answers = [fine];
  await ask();
  expect(seen[0]?.headers).toMatchObject({ authorization: `Bearer ${token}`, 'user-agent': 'countersign-signer' });
  expect(seen[0]?.url).toBe('/repos/example/registry');
});

test('gets a token for an app, and a new one before it ends', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
  const credential = githubCredential('github-app:12/34?key=env:APP_KEY', {
    now: clock.now,
    readSecret: async () => pem,
    repository: 4711,
    transport: transport(),
  });
  answers = [json(201, { token, expires_at: '2026-04-16T13:00:00Z' })];
  // Questions at the same time wait for one token.
  expect(await Promise.all([credential(), credential()])).toEqual([`Bearer ${token}`, `Bearer ${token}`]);
  expect(await credential()).toBe(`Bearer ${token}`);
  expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual(['POST /app/installations/34/access_tokens']);
  const [head = '', claims = '', signature = ''] = (seen[0]?.headers.authorization ?? '')
    .slice('Bearer '.length)
    .split('.');
  expect(verify('sha256', Buffer.from(`${head}.${claims}`), publicKey, Buffer.from(signature, 'base64url'))).toBe(true);
  expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toEqual({
    iat: start.getTime() / 1000 - 60,
    exp: start.getTime() / 1000 + 540,
    iss: '12',
  });
  clock.pass(55 * 60_000);
  answers = [json(201, { token: 'another', expires_at: '2026-04-16T13:55:00Z' })];
  expect(await credential()).toBe('Bearer another');
});

test('shows no secret where a credential cannot be used', async () => {
  for (const [address, secret] of [
    ['env:TOKEN', 'two words'],
    ['github-app:12/34?key=env:KEY', 'no-key-at-all'],
    ['file:/token', ''],
  ] as const) {
    // prettier-ignore
    const credential = githubCredential(address, { now: clock.now, readSecret: async () => secret, repository: 4711, transport: transport() });
    const error = await credential().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'forge-credentials' });
    if (secret !== '') expect(everythingOf(error).replaceAll(/ at .*/gu, '')).not.toContain(secret);
  }
});
