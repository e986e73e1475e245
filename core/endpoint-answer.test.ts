import { expect, test } from 'vitest';
import { isSessionId, mediaTypeOf, redirectOf } from './endpoint-answer.ts';
import { maxRedirects } from './limits.ts';

const here = 'https://mcp.example.com/v1';
const redirect = (status: number, location: string, hops = 0): string | undefined =>
  redirectOf(here, { status, headers: new Headers({ location }) }, hops);

test('follows what keeps the message, within the origin', () => {
  expect(redirect(307, '/v2')).toBe('https://mcp.example.com/v2');
  expect(redirect(308, 'https://mcp.example.com/v2')).toBe('https://mcp.example.com/v2');
  expect(redirectOf(here, { status: 200, headers: new Headers() }, 0)).toBeUndefined();
});

test.each([
  ['another host', 307, 'https://elsewhere.example.com/v1', 0],
  ['another port', 307, 'https://mcp.example.com:8443/v1', 0],
  ['no encryption', 308, 'http://mcp.example.com/v1', 0],
  ['another method', 302, '/v2', 0],
  ['one redirect too many', 307, '/v2', maxRedirects],
  ['no address', 307, 'javascript:1', 0],
])('does not follow to %s', (_, status, location, hops) => {
  expect(() => redirect(status, location, hops)).toThrow(
    expect.objectContaining({ code: 'redirect-elsewhere', message: expect.stringContaining(`answered ${status}`) }),
  );
});

test('reads the media type, without its parameters', () => {
  expect(mediaTypeOf(new Headers({ 'content-type': 'Application/JSON; charset=utf-8' }))).toBe('application/json');
  expect(mediaTypeOf(new Headers())).toBe('');
});

test('takes visible ASCII as the name of a session', () => {
  expect(['a-1', '', 'a b', 'a\n', 'ä', 'x'.repeat(1025)].map(isSessionId)).toEqual([
    ...[true, false, false, false, false, false],
  ]);
});
