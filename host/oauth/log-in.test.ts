import { beforeAll, beforeEach, expect, test } from 'vitest';
import { open as visit } from '../../test/fakes/oauth/person.ts';
import { signInsIn, startPlace, type Place } from '../../test/fakes/oauth/place.ts';
import { makeCertificate, type Certificate } from '../../test/support/certificate.ts';
import { temporaryFolder } from '../../test/support/folder.ts';
import { logIn } from './log-in.ts';
import { logOut } from './log-out.ts';
import { signIn } from './sign-in.ts';
import type { SignIn } from './sign-ins.ts';

let certificate: Certificate | undefined;
let place: Place;

beforeAll(async () => {
  certificate = makeCertificate(await temporaryFolder());
});
beforeEach(async ({ skip }) => {
  skip(certificate === undefined, 'openssl is not here');
  place = await startPlace(certificate as Certificate);
});

const signedIn = (resource: string): Promise<SignIn> =>
  signIn(
    {
      ...{ ...place, binding: { ...place.binding, resource } },
      ...{
        now: () => new Date('2026-11-27T12:00:00.000Z'),
        pause: async () => undefined,
        signal: new AbortController().signal,
      },
      show: (address) => void visit(address, certificate?.cert ?? '').catch(() => undefined),
    },
    'browser',
  );

test('asks nobody where there is no place for the tokens', async () => {
  const signIns = signInsIn(await temporaryFolder());
  const { request, binding } = place;
  const attempt = logIn({ signIns, request, binding, where: 'keychain', way: 'browser', isPerson: false });
  await expect(attempt).rejects.toThrow('no keychain is asked here');
  expect([place.asked, place.server.asked]).toEqual([[], []]);
});

test('forgets every sign-in, also where the authorization server is not reached or what is kept is broken', async () => {
  const signIns = signInsIn(await temporaryFolder());
  for (const resource of ['https://a.example/mcp', 'https://b.example/mcp'])
    await signIns.keep({ signIn: await signedIn(resource), where: 'file' });
  const broken = { ...(await signedIn('https://c.example/mcp')), accessToken: 'canary\n' };
  await signIns.keep({ signIn: broken, where: 'file' });
  // Nothing on this machine trusts the certificate of the test.
  const { forgotten, revoked, problems } = await logOut(signIns);
  expect([forgotten, revoked, problems.length, await signIns.names()]).toEqual([3, 0, 2, []]);
  expect(problems.join(' ')).not.toContain('canary');
});
