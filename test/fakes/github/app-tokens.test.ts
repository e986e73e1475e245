/** What GitHub accepts of an app, and what it does not. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { expect, test } from 'vitest';
import { newToken, type FakeApp } from './app-tokens.ts';

const now = new Date('2026-04-16T12:00:00Z');
const seconds = now.getTime() / 1000;
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
const right = { iat: seconds - 60, exp: seconds + 540, iss: '12' };

function answer(claims: unknown, { alg = 'RS256', key = privateKey, installation = '34' } = {}): number | undefined {
  const app: FakeApp = { id: '12', installation: '34', publicKey, now: () => now, tokens: new Map(), wanted: [] };
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${encode({ alg, typ: 'JWT' })}.${encode(claims)}`;
  const jwt = `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
  return newToken(app, `/app/installations/${installation}/access_tokens`, {
    authorization: `Bearer ${jwt}`,
    body: '',
  })?.status;
}

test('a token of the app is accepted', () => {
  expect(answer(right)).toBe(201);
});

test.each<[is: string, status: number, claims: unknown, how?: Parameters<typeof answer>[1]]>([
  ['by another app', 401, { ...right, iss: '13' }],
  ['by nobody', 401, { iat: right.iat, exp: right.exp }],
  ['that ended', 401, { ...right, exp: seconds }],
  ['that lives for more than ten minutes', 401, { ...right, exp: seconds + 601 }],
  ['without an end', 401, { iat: right.iat, iss: '12' }],
  ['from the future', 401, { ...right, iat: seconds + 60 }],
  ['signed with another key', 401, right, { key: other.privateKey }],
  ['that names another algorithm', 401, right, { alg: 'none' }],
  ['that is no object', 401, 'claims'],
  ['for an installation that it does not have', 404, right, { installation: '35' }],
])('a token %s is not accepted', (_, status, claims, how) => {
  expect(answer(claims, how)).toBe(status);
});
