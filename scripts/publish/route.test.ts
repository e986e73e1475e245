import { describe, expect, test } from 'vitest';
import { encodeKey, plainAnswer, route } from './route.ts';

const get = (path: string, cursor?: string): unknown => {
  const found = route({ method: 'GET', path, ...(cursor !== undefined && { cursor }) });
  return found.kind === 'file' ? found.key : found.kind === 'redirect' ? found : found.kind;
};

describe('the file that answers', () => {
  test.each([
    ['/', 'index.html'],
    ['/servers/github/', 'servers/github/index.html'],
    ['/servers/github.json', 'servers/github.json'],
    ['/servers%2Fgithub.json', 'servers/github.json'],
    ['/metadata/timestamp.json', 'metadata/timestamp.json'],
    ['/.well-known/ai-catalog.json', 'ai-catalog.json'],
    ['/.well-known/other.json', 'missing'],
    ['/v0.1/servers', 'v0.1/servers.json'],
    ['/v0.1/servers/', 'v0.1/servers.json'],
    ['/v0/servers', 'v0.1/servers.json'],
    ['/v0/servers/com.example%2Fgithub/versions/latest', 'v0.1/servers/com.example/github/versions/latest.json'],
    ['/v0.1/servers/com.example%2Fgithub/versions', 'v0.1/servers/com.example/github/versions.json'],
    ['/v0.1/servers/com.example/github/versions', 'v0.1/servers/com.example/github/versions.json'],
    ['/v0.1/servers/com.example%2fgithub/versions/1.0.0', 'v0.1/servers/com.example/github/versions/1.0.0.json'],
    ['/v0.1/servers/com.example/github/versions/1.0.0%2Bx', 'v0.1/servers/com.example/github/versions/1.0.0+x.json'],
    ['/v0.10/servers/', 'v0.10/servers/index.html'],
  ])('of %s is %s', (path, key) => {
    expect(get(path)).toBe(key);
  });

  test.each([
    ['', 'v0.1/servers.json'],
    ['a1b2-3_4', 'wrong-cursor'],
    ['../../x', 'wrong-cursor'],
  ])('of a list at the cursor %j is %s', (cursor, key) => {
    expect(get('/v0.1/servers', cursor)).toBe(key);
  });

  test('of a page does not depend on a cursor', () => {
    expect(get('/servers/github.json', 'a1')).toBe('servers/github.json');
    expect(get('/v0.1/servers/com.example/github/versions', 'a1')).toBe(
      get('/v0.1/servers/com.example/github/versions'),
    );
  });
});

test.each([
  ['/servers', '/servers/'],
  ['/servers/github', '/servers/github/'],
  // A client must not take it for the address of another host.
  ['/%2Fexample.com', undefined],
  ['//example.com', undefined],
  ['/a%20b', '/a%20b/'],
  ['/%C3%A9', '/%C3%A9/'],
])('%s leads to the folder %s', (path, location) => {
  expect(get(path)).toEqual(location === undefined ? 'missing' : { kind: 'redirect', location });
});

test.each([
  '',
  'servers/',
  '/../x.json',
  '/..%2f..%2fetc%2fpasswd',
  '/a/./b.json',
  '/.git/config',
  '/a/.generation.json',
  '/a//b.json',
  '/%E0%A4%A',
  '/%00.json',
  '/a%0Ab.json',
  '/a%5Cb.json',
])('there is no file at %j', (path) => {
  expect(get(path)).toBe('missing');
});

test.each(['/v0.1/servers//versions', '/v0.1/%2e%2e/x', '/v0/servers/%E0%A4%A'])(
  'there is no server at %j, which clients of the API read',
  (path) => {
    const found = route({ method: 'GET', path });
    expect(plainAnswer(found)).toMatchObject({ status: 404, body: '{"error":"Server not found"}' });
    expect(plainAnswer(found)?.headers).toContainEqual(['Content-Type', 'application/json']);
  },
);

test.each([
  ['OPTIONS', '/v0.1/servers', 'preflight'],
  ['OPTIONS', '/servers/github.json', 'wrong-method'],
  ['POST', '/v0.1/servers', 'wrong-method'],
  ['HEAD', '/', 'file'],
])('%s %s is %s', (method, path, kind) => {
  expect(route({ method, path }).kind).toBe(kind);
});

test('a browser may read the API from anywhere, and send no more than it says', () => {
  expect(plainAnswer({ kind: 'preflight' })).toEqual({
    status: 204,
    headers: [
      ['Access-Control-Allow-Origin', '*'],
      ['Access-Control-Allow-Methods', 'GET, OPTIONS'],
      ['Access-Control-Allow-Headers', 'Authorization, Content-Type'],
      ['Access-Control-Max-Age', '86400'],
    ],
    body: '',
  });
});

test('a key is written so that nothing in it has a meaning in an address', () => {
  expect(encodeKey("a/b c/1.0+x?y#z%'(!*)@é.json")).toBe('a/b%20c/1.0%2Bx%3Fy%23z%25%27%28%21%2A%29%40%C3%A9.json');
});
