import { beforeAll, beforeEach, expect, test } from 'vitest';
import { open as visit } from '../../test/fakes/oauth/person.ts';
import { signInsIn, startPlace, type Place } from '../../test/fakes/oauth/place.ts';
import { makeCertificate, type Certificate } from '../../test/support/certificate.ts';
import { temporaryFolder } from '../../test/support/folder.ts';
import { openAccess } from './open-access.ts';
import { renewSignIn, revokeSignIn } from './renew.ts';
import { signIn } from './sign-in.ts';
import type { SignIn } from './sign-ins.ts';

let certificate: Certificate | undefined;
let place: Place;
let signedIn: SignIn;

const now = (): Date => new Date('2026-11-27T12:00:00.000Z');

beforeAll(async () => {
  certificate = makeCertificate(await temporaryFolder());
});
beforeEach(async ({ skip }) => {
  skip(certificate === undefined, 'openssl is not here');
  place = await startPlace(certificate as Certificate);
  const show = (address: string): void => void visit(address, certificate?.cert ?? '').catch(() => undefined);
  const waiting = { now, pause: async () => undefined, signal: new AbortController().signal };
  signedIn = await signIn({ ...place, ...waiting, show }, 'browser');
});

test('gives both tokens back', async () => {
  expect(await revokeSignIn(signedIn, place.fetch)).toBe(true);
  expect(place.server.families).toMatchObject([{ isOver: true }]);
  const revoked = place.server.asked.filter(({ path }) => path === '/revoke').map(({ form }) => form.get('token'));
  expect(revoked).toEqual([signedIn.refreshToken, signedIn.accessToken]);
  expect(await renewSignIn(signedIn, place.fetch, now)).toBeUndefined();
});

test('gives nothing back where that is not offered', async () => {
  place.server.metadata = { revocation_endpoint: undefined };
  expect(await revokeSignIn(signedIn, place.fetch)).toBe(false);
});

test('keeps a refresh token that is not replaced', async () => {
  place.server.givesRefreshTokens = false;
  expect(await renewSignIn(signedIn, place.fetch, now)).toMatchObject({ refreshToken: signedIn.refreshToken });
});

test.each<[string, () => void]>([
  ['another issuer', () => void (place.server.metadata = { issuer: 'https://evil.example' })],
  ['a token endpoint without encryption', () => void (place.server.metadata = { token_endpoint: 'http://a.example' })],
])('sends nothing to an authorization server that has become one with %s', async (_, lie) => {
  lie();
  const before = place.server.asked.length;
  await expect(renewSignIn(signedIn, place.fetch, now)).rejects.toThrow('cannot be used to sign in');
  await expect(revokeSignIn(signedIn, place.fetch)).rejects.toThrow('cannot be used to sign in');
  expect(place.server.asked.slice(before).map(({ path }) => path)).toEqual([
    ...['/.well-known/oauth-authorization-server', '/.well-known/oauth-authorization-server'],
  ]);
});

test('a session begins with the token that is kept, without asking anybody', async () => {
  const signIns = signInsIn(await temporaryFolder());
  await expect(openAccess(signIns, place.binding)).rejects.toThrow('nobody is signed in to notes here');
  await signIns.keep({ signIn: { ...signedIn, expiresAt: '2999-01-01T00:00:00.000Z' }, where: 'file' });
  const before = place.server.asked.length;
  expect(await (await openAccess(signIns, place.binding)).token()).toBe(signedIn.accessToken);
  expect(place.server.asked).toHaveLength(before);
});
