/** Signing in against a real authorization server on loopback, and against one that lies in each way. */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { maxSignInAnswerBytes } from '../../core/limits.ts';
import { open, type Page } from '../../test/fakes/oauth/person.ts';
import { json } from '../../test/fakes/oauth/authorization-server.ts';
import { startPlace, type Place } from '../../test/fakes/oauth/place.ts';
import { makeCertificate, type Certificate } from '../../test/support/certificate.ts';
import { temporaryFolder } from '../../test/support/folder.ts';
import type { Signing } from './agreed.ts';
import { signIn } from './sign-in.ts';
import type { SignIn } from './sign-ins.ts';

let certificate: Certificate | undefined;
let place: Place;
let visited: Promise<Page> | undefined;

const now = new Date('2026-11-27T12:00:00.000Z');

beforeAll(async () => {
  certificate = makeCertificate(await temporaryFolder());
});
beforeEach(async ({ skip }) => {
  skip(certificate === undefined, 'openssl is not here');
  place = await startPlace(certificate as Certificate);
  visited = undefined;
});

/** The person opens the address at once. */
function signing(change: Partial<Signing> = {}, divert?: (next: URL) => URL): Signing {
  return {
    ...place,
    ...{ now: () => now, signal: new AbortController().signal, pause: async () => undefined },
    show: (address) => {
      visited = open(address, certificate?.cert ?? '', divert);
      visited.catch(() => undefined);
    },
    ...change,
  };
}

const inBrowser = (divert?: (next: URL) => URL): Promise<SignIn> => signIn(signing({}, divert), 'browser');

/** What was said, without a secret in it or in what caused it. */
async function refusal(attempt: Promise<unknown>): Promise<string> {
  const error = await attempt.then(
    () => new Error('somebody is signed in'),
    (reason: Error) => reason,
  );
  expect([error.message, (error as { remedy?: string }).remedy, String(error.cause)].join(' ')).not.toContain('canary');
  return error.message;
}

describe('a person signs in', () => {
  test('in a browser, and the tokens are for the approved endpoint', async () => {
    const signedIn = await inBrowser();
    expect(signedIn).toEqual({
      ...{ binding: place.binding, clientId: 'client-1', audience: place.request.url },
      ...{ accessToken: expect.stringMatching(/^canary-/u), refreshToken: expect.stringMatching(/^canary-/u) },
      expiresAt: '2026-11-27T13:00:00.000Z',
    });
    expect(place.server.takes(signedIn.accessToken, place.request.url)).toBe(true);
    expect(place.server.clients.get('client-1')).toMatchObject({
      ...{ token_endpoint_auth_method: 'none', scope: 'notes:read', application_type: 'native' },
      redirect_uris: [expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/callback$/u)],
    });
    expect(place.server.families).toMatchObject([{ resource: place.request.url, scope: 'notes:read' }]);
    expect(await visited).toMatchObject({ status: 200, text: expect.stringContaining('close this page') });
  });

  test('as the approved client, and with no scope where none is approved', async () => {
    const binding = { ...place.binding, clientId: 'approved-client', scopes: [] };
    expect(await signIn(signing({ binding }), 'browser')).toMatchObject({ clientId: 'approved-client' });
    expect(place.server.asked.map(({ path }) => path)).not.toContain('/register');
    expect(place.server.families).toMatchObject([{ scope: '' }]);
  });

  test('where the endpoint is described only at the well-known address', async () => {
    place.protection.challenge = 'Bearer';
    expect(await inBrowser()).toMatchObject({ audience: place.request.url });
  });

  test('to the whole origin, where that is the resource', async () => {
    const resource = new URL(place.request.url).origin;
    place.protection.metadata = { resource };
    expect(await inBrowser()).toMatchObject({ audience: resource });
  });

  test('at an authorization server that describes itself as OpenID Connect has it', async () => {
    place.server.lie = ({ path }, response) => {
      if (path !== '/.well-known/openid-configuration') return false;
      const { issuer } = place.server;
      json(response, 200, {
        ...{ issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token` },
        ...{ registration_endpoint: `${issuer}/register`, code_challenge_methods_supported: ['S256'] },
      });
      return true;
    };
    const honest = place.server.lie;
    place.server.lie = (asked, response) => {
      if (asked.path !== '/.well-known/oauth-authorization-server') return honest(asked, response);
      response.writeHead(404).end();
      return true;
    };
    expect(await inBrowser()).toMatchObject({ clientId: 'client-1' });
  });

  test('on another machine, asked no faster than it wants', async () => {
    const shown: unknown[] = [];
    const pauses: number[] = [];
    const answers = ['authorization_pending', 'slow_down', 'authorization_pending', 'yes'] as const;
    const signedIn = await signIn(
      signing({
        show: (...words) => shown.push(words),
        pause: async (ms) => {
          place.server.deviceAnswer = answers[pauses.length] ?? 'yes';
          pauses.push(ms);
        },
      }),
      'device',
    );
    expect(shown).toEqual([[`${place.server.issuer}/activate`, 'WDJB-MJHT']]);
    expect(pauses).toEqual([5_000, 5_000, 10_000, 10_000]);
    expect(place.server.takes(signedIn.accessToken, place.request.url)).toBe(true);
  });
});

describe('nobody signs in where', () => {
  const answering =
    (path: string, status: number, body: string, headers: Record<string, string> = {}): (() => void) =>
    () => {
      place.server.lie = (asked, response) => {
        if (asked.path !== path) return false;
        response.writeHead(status, headers).end(body);
        return true;
      };
    };
  const giving = (more: object): (() => void) =>
    answering('/token', 200, JSON.stringify({ access_token: 'canary-access', token_type: 'Bearer', ...more }), {
      'content-type': 'application/json',
    });
  const saying = (metadata: Record<string, unknown>) => (): void => void (place.server.metadata = metadata);
  const describing = (metadata: object) => (): void => void (place.protection.metadata = metadata);

  test.each<[string, () => void, string]>([
    [
      'the endpoint names another authorization server',
      describing({ authorization_servers: ['https://evil.example'] }),
      'does not name the approved',
    ],
    ['it names none', describing({ authorization_servers: undefined }), 'does not name the approved'],
    ['it is another origin', describing({ resource: 'https://evil.example/mcp' }), 'another resource, at evil.example'],
    [
      'it is another address of its origin',
      () => void (place.protection.metadata = { resource: `${new URL(place.request.url).origin}/other` }),
      'another resource',
    ],
    [
      'it is one with a longer name',
      () => void (place.protection.metadata = { resource: `${place.request.url}2` }),
      'another resource',
    ],
    ['it is no text', describing({ resource: ['x'] }), 'another resource'],
    [
      'it is described on another host',
      () => void (place.protection.challenge = 'Bearer resource_metadata="https://evil.example/x"'),
      'described at evil.example',
    ],
    [
      'it is described without encryption',
      () =>
        void (place.protection.challenge = `Bearer resource_metadata="${place.request.url.replace('https:', 'http:')}"`),
      'which is another host',
    ],
    [
      'it is described nowhere',
      () =>
        void (place.protection.challenge = `Bearer resource_metadata="${new URL(place.request.url).origin}/.well-known/x"`),
      'does not say where people sign in',
    ],
    ['metadata are those of another issuer', saying({ issuer: 'https://evil.example' }), 'does not match'],
    [
      'metadata have almost the same issuer',
      () => void (place.server.metadata = { issuer: `${place.server.issuer}/` }),
      'another issuer',
    ],
    [
      'metadata have an endpoint without encryption',
      saying({ token_endpoint: 'http://127.0.0.1:1/token' }),
      'its token_endpoint is no plain https address',
    ],
    [
      'metadata send the browser to another program',
      saying({ authorization_endpoint: 'file:///etc/passwd' }),
      'its authorization_endpoint is no plain https address',
    ],
    ['metadata do not know PKCE', saying({ code_challenge_methods_supported: ['plain'] }), 'PKCE with S256'],
    ['metadata do not speak of PKCE', saying({ code_challenge_methods_supported: undefined }), 'PKCE with S256'],
    ['hosts cannot register', saying({ registration_endpoint: undefined }), 'cannot register themselves'],
    [
      'metadata are a page',
      answering('/.well-known/oauth-authorization-server', 200, '<html>canary</html>', { 'content-type': 'text/html' }),
      'content-type must be application/json',
    ],
    [
      'metadata are a redirect',
      answering('/.well-known/oauth-authorization-server', 302, '', { location: 'https://evil.example' }),
      'answered with 302',
    ],
    [
      'metadata have no end',
      answering('/.well-known/oauth-authorization-server', 200, ' '.repeat(maxSignInAnswerBytes + 1)),
      `is larger than ${maxSignInAnswerBytes} bytes`,
    ],
    [
      'clients get a secret',
      answering(
        '/register',
        201,
        JSON.stringify({
          client_id: 'x',
          token_endpoint_auth_method: 'client_secret_basic',
          client_secret: 'canary',
          client_secret_expires_at: 0,
        }),
        { 'content-type': 'application/json' },
      ),
      'no client without a secret',
    ],
    [
      'the token endpoint answers with a page',
      answering('/token', 500, '<html>canary</html>', { 'content-type': 'text/html' }),
      'unexpected HTTP status code',
    ],
    [
      'the token endpoint answers without end',
      answering('/token', 200, `{"a":"${'canary'.repeat(maxSignInAnswerBytes / 6)}"}`),
      'is larger than',
    ],
    [
      'the token endpoint sends the code on',
      answering('/token', 307, '', { location: 'https://evil.example/token' }),
      'unexpected HTTP status code',
    ],
    [
      'the code is not taken',
      answering('/token', 400, JSON.stringify({ error: 'invalid_grant', error_description: 'canary' }), {
        'content-type': 'application/json',
      }),
      'answered invalid_grant',
    ],
    [
      'its error is a text',
      answering('/token', 400, JSON.stringify({ error: 'canary: see there' }), { 'content-type': 'application/json' }),
      'an error without a usable name',
    ],
    ['tokens are of another type', giving({ token_type: 'DPoP' }), 'not of the type Bearer'],
    ['tokens are of no known type', giving({ token_type: 'mac' }), 'unsupported'],
    ['a token ends a header', giving({ access_token: 'canary\r\nx-other: 1' }), 'no header can carry'],
    ['a token is too long', giving({ access_token: 'x'.repeat(20_000) }), 'no header can carry'],
    ['a refresh token ends a line', giving({ refresh_token: 'canary\n' }), 'a refresh token that is none'],
  ])('%s', async (_, lie, said) => {
    lie();
    expect(await refusal(inBrowser())).toContain(said);
  });

  test.each<[string, (next: URL) => void, string]>([
    [
      'the answer is of another authorization server',
      (next) => next.searchParams.set('iss', 'https://evil.example'),
      'unexpected iss',
    ],
    ['the answer does not say whose it is', (next) => next.searchParams.delete('iss'), 'iss (issuer) missing'],
    [
      'the answer has two codes',
      (next) => next.searchParams.append('code', 'canary'),
      'code parameter must be provided only once',
    ],
    ['the code is another one', (next) => next.searchParams.set('code', 'canary'), 'answered invalid_grant'],
    ['the person says no', (next) => next.searchParams.set('error', 'access_denied'), 'answered access_denied'],
  ])('%s', async (_, change, said) => {
    const divert = (next: URL): URL => {
      change(next);
      return next;
    };
    expect(await refusal(inBrowser(divert))).toContain(said);
    expect(place.server.families).toEqual([]);
  });

  test.each([
    ['the person says no there', 'access_denied', 'answered access_denied'],
    ['the code is not typed', 'authorization_pending', 'not typed in time'],
  ] as const)('%s, on another machine', async (_, answer, said) => {
    place.server.deviceAnswer = answer;
    let at = now.getTime();
    const pause = async (ms: number): Promise<void> => void (at += ms);
    expect(
      await refusal(signIn(signing({ show: () => undefined, pause, now: () => new Date(at) }), 'device')),
    ).toContain(said);
  });

  test('it wants to be asked later than a timer can count, and is not asked without end', async () => {
    const asked = { device_code: 'canary', user_code: 'x', verification_uri: 'https://a.example/', expires_in: 9 };
    answering('/device', 200, JSON.stringify({ ...asked, interval: 3_000_000 }), {
      'content-type': 'application/json',
    })();
    const pauses: number[] = [];
    const pause = async (ms: number): Promise<void> => {
      pauses.push(ms);
      throw new Error('enough');
    };
    expect(await refusal(signIn(signing({ show: () => undefined, pause }), 'device'))).toContain('enough');
    expect(pauses).toEqual([900_000]);
  });

  test('the page for the code is not encrypted', async () => {
    answering(
      '/device',
      200,
      JSON.stringify({ device_code: 'canary', user_code: 'x', verification_uri: 'http://a.example', expires_in: 9 }),
      { 'content-type': 'application/json' },
    )();
    expect(await refusal(signIn(signing(), 'device'))).toContain('no https page');
  });
});

test('what another page sends to the callback is not taken, and the answer still is', async () => {
  const others: Page[] = [];
  let shown: URL | undefined;
  const show = (address: string): void => {
    shown = new URL(address);
    const back = shown.searchParams.get('redirect_uri') ?? '';
    const state = shown.searchParams.get('state') ?? '';
    visited = (async () => {
      for (const other of [
        '?code=canary&state=guess',
        '',
        `?state=${state}&state=${state}&code=canary`,
        `/../other?state=${state}`,
      ])
        others.push(await open(`${back}${other}`, ''));
      return open(address, certificate?.cert ?? '');
    })();
  };
  expect(await signIn(signing({ show }), 'browser')).toMatchObject({ clientId: 'client-1' });
  expect(others.map(({ status, text }) => [status, text])).toEqual(others.map(() => [404, 'There is nothing here.\n']));
  // Nobody listens there any more.
  await expect(open(shown?.searchParams.get('redirect_uri') ?? '', '')).rejects.toThrow('ECONNREFUSED');
});

test('the verifier and the code stand in no address that is shown', async () => {
  await inBrowser();
  const authorized = place.server.asked.find(({ path }) => path === '/authorize');
  const given = place.server.asked.find(({ path }) => path === '/token');
  const verifier = given?.form.get('code_verifier') ?? '';
  expect(verifier).toMatch(/^[\w-]{43,}$/u);
  expect(authorized?.form.toString()).not.toContain(verifier);
});

test('a person who stops it is told only that, and nobody listens any more', async () => {
  const stopped = new AbortController();
  const reason = new Error('nobody signed in: it was cancelled');
  let redirect = '';
  const show = (address: string): void => {
    redirect = new URL(address).searchParams.get('redirect_uri') ?? '';
    stopped.abort(reason);
  };
  await expect(signIn(signing({ signal: stopped.signal, show }), 'browser')).rejects.toBe(reason);
  await expect(open(redirect, '')).rejects.toThrow('ECONNREFUSED');
});
