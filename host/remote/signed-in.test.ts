/** Requests with the token of a person who signed in, against an endpoint and an authorization server on loopback. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { open as visit } from '../../test/fakes/oauth/person.ts';
import { signInsIn, startPlace, type Place } from '../../test/fakes/oauth/place.ts';
import { makeCertificate, type Certificate } from '../../test/support/certificate.ts';
import { temporaryFolder } from '../../test/support/folder.ts';
import { Access } from '../oauth/access.ts';
import { renewSignIn } from '../oauth/renew.ts';
import { signIn } from '../oauth/sign-in.ts';
import type { SignIn } from '../oauth/sign-ins.ts';
import { mayHaveArrived, Wire } from './wire.ts';

let certificate: Certificate | undefined;
let place: Place;
let signedIn: SignIn;
let wire: Wire;

beforeAll(async () => {
  certificate = makeCertificate(await temporaryFolder());
});
beforeEach(async ({ skip }) => {
  skip(certificate === undefined, 'openssl is not here');
  place = await startPlace(certificate as Certificate);
  const waiting = { now: () => new Date('2026-11-27T12:00:00.000Z'), pause: async () => undefined };
  const show = (address: string): void => void visit(address, certificate?.cert ?? '').catch(() => undefined);
  signedIn = await signIn({ ...place, ...waiting, signal: new AbortController().signal, show }, 'browser');
  const signIns = signInsIn(await temporaryFolder());
  await signIns.keep({ signIn: signedIn, where: 'file' });
  const { binding } = place;
  const renew = (each: SignIn): Promise<SignIn | undefined> => renewSignIn(each, place.fetch, waiting.now);
  wire = new Wire(place.request, place.options, await Access.open({ ...waiting, signIns, binding, renew }));
  place.asked.length = 0;
});

const ask = (): Promise<number> =>
  wire.ask(
    {
      method: 'POST',
      headers: { accept: 'x' },
      line: Buffer.from('{}'),
      signal: new AbortController().signal,
      idleMs: 20_000,
    },
    async ({ status }) => status,
  );
const failure = (asking: Promise<unknown>): Promise<Error> =>
  asking.then(
    () => new Error('it was answered'),
    (error: Error) => error,
  );
const tokens = (): (string | undefined)[] => place.asked.map(({ headers }) => headers.authorization);
const unguarded = (answer: (request: IncomingMessage, response: ServerResponse) => void): void => {
  place.guarded = false;
  place.answer = answer;
};

test('carry it', async () => {
  expect(await ask()).toBe(200);
  expect(tokens()).toEqual([`Bearer ${signedIn.accessToken}`]);
});

test('are sent once more with a renewed one, where the first was refused', async () => {
  place.server.expireAll();
  expect(await ask()).toBe(200);
  expect(await ask()).toBe(200);
  const [first, second, third] = tokens();
  expect([first, second === first, third === second, tokens().length]).toEqual([
    ...[`Bearer ${signedIn.accessToken}`, false, true, 3],
  ]);
});

test('are not repeated, and renew nothing, where they end a session', async () => {
  place.server.expireAll();
  const ending = { method: 'DELETE', headers: {}, signal: new AbortController().signal, idleMs: 20_000 } as const;
  await failure(wire.ask(ending, async () => undefined));
  expect(tokens()).toEqual([`Bearer ${signedIn.accessToken}`]);
  expect(place.server.asked.map(({ form }) => form.get('grant_type'))).not.toContain('refresh_token');
});

describe('fail, and no message shows the token,', () => {
  test('where every token is refused: nothing is repeated without end', async () => {
    unguarded((_, response) => void response.writeHead(401).end());
    for (let times = 0; times < 3; times++) {
      const error = await failure(ask());
      expect([error.message, mayHaveArrived(error)]).toEqual(['notes refuses a token that was just renewed', false]);
    }
    expect(tokens()).toHaveLength(4);
    expect(place.server.asked.filter(({ form }) => form.get('grant_type') === 'refresh_token')).toHaveLength(1);
  });

  test('where it does not allow enough: that is said, and asked once', async () => {
    const challenge = 'Bearer error="insufficient_scope", scope="notes:write"';
    unguarded((_, response) => void response.writeHead(403, { 'www-authenticate': challenge }).end());
    const error = await failure(ask());
    expect([error.message, mayHaveArrived(error), tokens().length]).toEqual([
      ...['the token does not allow this: notes wants the scope notes:write', false, 1],
    ]);
  });

  test.each([301, 302, 307, 308])('where a redirect %s is answered, also to the same host', async (status) => {
    const { origin } = new URL(place.request.url);
    unguarded(
      ({ url }, response) =>
        void response.writeHead(url === '/mcp' ? status : 200, { location: `${origin}/other` }).end(),
    );
    const error = await failure(ask());
    expect(error).toMatchObject({ code: 'redirect-elsewhere', message: expect.not.stringContaining('canary') });
    expect(place.asked.map(({ url }) => url)).toEqual(['/mcp']);
  });

  test('where the authorization server cannot be reached', async () => {
    place.server.expireAll();
    await place.server.close();
    const error = await failure(ask());
    expect(error).toMatchObject({ code: 'network', message: expect.not.stringContaining('canary') });
  });
});
