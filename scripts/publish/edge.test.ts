import { expect, test } from 'vitest';
import { handler, type EdgeRequest } from './edge.ts';

const ask = (uri: string, querystring: EdgeRequest['querystring'] = {}, method = 'GET'): unknown =>
  handler({ request: { method, uri, querystring } });

test.each([
  ['/', '/index.html'],
  ['/servers/github.json', '/servers/github.json'],
  ['/v0.1/servers/com.example%2Fgithub/versions/1.0+x', '/v0.1/servers/com.example/github/versions/1.0%2Bx.json'],
  // Nothing is ever published under this name, so that the page for what is missing answers.
  ['/../x.json', '/.nothing'],
])('S3 is asked for %s as %s, without a query', (path, uri) => {
  expect(ask(path, { limit: { value: '1' } })).toEqual({ method: 'GET', uri, querystring: {} });
});

test('nobody was given a cursor', () => {
  expect(ask('/v0.1/servers', { cursor: { value: '' } })).toMatchObject({ uri: '/v0.1/servers.json' });
  expect(ask('/v0.1/servers', { cursor: { value: 'a1-7' } })).toEqual({
    statusCode: 400,
    headers: expect.objectContaining({ 'content-type': { value: 'application/json' } }),
    body: '{"error":"Invalid cursor"}',
  });
});

test.each([
  ['GET', '/servers/github', 308, { location: { value: '/servers/github/' } }],
  ['OPTIONS', '/', 405, { allow: { value: 'GET, HEAD' } }],
])('%s %s is answered with %i, without S3', (method, uri, statusCode, headers) => {
  expect(ask(uri, {}, method)).toEqual({ statusCode, headers });
});
