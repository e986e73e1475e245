/** The tokens of a session against a real authorization server: renewed, shared between processes, and refused. */
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { takeLock } from '../process-lock.ts';
import { renewTimes } from '../../core/limits.ts';
import { signInsIn, startPlace, type Place } from '../../test/fakes/oauth/place.ts';
import { open as visit } from '../../test/fakes/oauth/person.ts';
import { makeCertificate, type Certificate } from '../../test/support/certificate.ts';
import { temporaryFolder } from '../../test/support/folder.ts';
import { Access, type AccessContext } from './access.ts';
import { nameOf, type Binding } from './binding.ts';
import { renewSignIn } from './renew.ts';
import { signIn } from './sign-in.ts';
import type { SignIn } from './sign-ins.ts';

let certificate: Certificate | undefined;
let place: Place;
let folder: string;
let at: number;
let signedIn: SignIn;

beforeAll(async () => {
  certificate = makeCertificate(await temporaryFolder());
});
beforeEach(async ({ skip }) => {
  skip(certificate === undefined, 'openssl is not here');
  place = await startPlace(certificate as Certificate);
  folder = await temporaryFolder();
  at = Date.parse('2026-11-27T12:00:00.000Z');
  signedIn = await signIn(
    {
      ...place,
      ...{ now, signal: new AbortController().signal, pause },
      show: (address) => void visit(address, certificate?.cert ?? '').catch(() => undefined),
    },
    'browser',
  );
  await signInsIn(folder).keep({ signIn: signedIn, where: 'file' });
});

const now = (): Date => new Date(at);
/** How long real answers take is nothing to this clock. */
const pause = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
const slowPause = async (ms: number): Promise<void> => void (at += ms);

/** What one process has. */
const process = (change: Partial<AccessContext> = {}): Promise<Access> =>
  Access.open({
    ...{ signIns: signInsIn(folder), binding: place.binding, now, pause },
    renew: (each) => renewSignIn(each, place.fetch, now),
    ...change,
  });

const renewals = (): number =>
  place.server.asked.filter(({ form }) => form.get('grant_type') === 'refresh_token').length;
const kept = async (): Promise<SignIn | undefined> => (await signInsIn(folder).read(place.binding))?.signIn;
const takes = (token: string): boolean => place.server.takes(token, place.request.url);
const hour = 3_600_000;

describe('a token', () => {
  test('is used as it is while it is valid', async () => {
    expect(await (await process()).token()).toBe(signedIn.accessToken);
    expect(renewals()).toBe(0);
  });

  test('is renewed once its time has come, and the new refresh token is kept', async () => {
    const access = await process();
    at += hour;
    const token = await access.token();
    expect([takes(token), renewals()]).toEqual([true, 1]);
    expect(await kept()).toMatchObject({ accessToken: token, expiresAt: new Date(at + hour).toISOString() });
    expect((await kept())?.refreshToken).not.toBe(signedIn.refreshToken);
    at += hour;
    expect([takes(await access.token()), renewals()]).toEqual([true, 2]);
  });

  test('is renewed where the endpoint refuses it before', async () => {
    const access = await process();
    place.server.expireAll();
    expect(takes(await access.another(signedIn.accessToken))).toBe(true);
  });

  test('is renewed once for all requests that wait', async () => {
    const access = await process();
    at += hour;
    const tokens = await Promise.all([access.token(), access.token(), access.another(signedIn.accessToken)]);
    expect([new Set(tokens).size, renewals()]).toEqual([1, 1]);
  });

  test('is renewed once by two processes at the same time, and no refresh token is used twice', async () => {
    const [one, other] = [await process(), await process()];
    at += hour;
    const tokens = await Promise.all([one.token(), other.token()]);
    expect([new Set(tokens).size, renewals()]).toEqual([1, 1]);
    expect(place.server.families).toMatchObject([{ isOver: false }]);
  });

  test('that another process renewed is used, also where this one believed its own', async () => {
    const [one, other] = [await process(), await process()];
    place.server.expireAll();
    const token = await one.another(signedIn.accessToken);
    expect(await other.another(signedIn.accessToken)).toBe(token);
    expect(renewals()).toBe(1);
  });

  test('is kept before it is used', async () => {
    const signIns = signInsIn(folder);
    signIns.keep = () => Promise.reject(new Error('the disk is full'));
    const access = await process({ signIns });
    at += hour;
    await expect(access.token()).rejects.toThrow('the disk is full');
  });

  test('lies in a file that this account alone can read, and its lock is gone', async () => {
    const access = await process();
    at += hour;
    await access.token();
    const path = join(folder, 'example/notes');
    expect(await readdir(path)).toEqual([nameOf(place.binding)]);
    expect((await stat(join(path, nameOf(place.binding)))).mode & 0o777).toBe(0o600);
  });
});

describe('nobody is signed in', () => {
  const message = (opening: Promise<unknown>): Promise<string> =>
    opening.then(
      () => 'somebody is',
      (error: Error & { remedy?: string }) => `${error.message}; ${error.remedy ?? ''}`,
    );
  const login = 'a person must run `countersign login notes` in a terminal';

  test.each<[string, Partial<Binding>]>([
    ['another registry', { registry: 'other' }],
    ['another server', { server: 'other' }],
    ['another authorization server', { issuer: 'https://evil.example' }],
    ['another client', { clientId: 'other' }],
    ['other scopes', { scopes: ['notes:write'] }],
    ['another address', { resource: 'https://evil.example/mcp' }],
  ])('where %s is approved', async (_, change) => {
    const binding = { ...place.binding, ...change };
    expect(await message(process({ binding }))).toBe(
      `nobody is signed in to ${binding.server} here; ${login.replace('notes', binding.server)}`,
    );
  });

  test('where a file was renamed', async () => {
    const binding = { ...place.binding, issuer: 'https://evil.example' };
    const text = await readFile(join(folder, 'example/notes', nameOf(place.binding)), 'utf8');
    const signIns = signInsIn(folder);
    await signIns.keep({ signIn: { ...signedIn, binding }, where: 'file' });
    const { writeFile } = await import('node:fs/promises');
    await writeFile(join(folder, 'example/notes', nameOf(binding)), text);
    expect(await signIns.read(binding)).toBeUndefined();
  });

  test.each(['', '{}', '[', '{"schemaVersion":2}', '{"schemaVersion":1,"binding":{},"accessToken":"canary\\r\\n"}'])(
    'where what is kept is %j',
    async (text) => {
      const { writeFile } = await import('node:fs/promises');
      await writeFile(join(folder, 'example/notes', nameOf(place.binding)), text);
      const said = await message(process());
      expect(said).toMatch(/cannot be read|gives an empty secret/u);
      expect(said).not.toContain('canary');
    },
  );

  test('once the authorization server ends it, and it is forgotten', async () => {
    const access = await process();
    for (const family of place.server.families) family.isOver = true;
    expect(await message(access.another(signedIn.accessToken))).toBe(`the sign-in to notes is over; ${login}`);
    expect(await kept()).toBeUndefined();
    expect(await message(access.another(signedIn.accessToken))).toBe(`nobody is signed in to notes here; ${login}`);
    expect(renewals()).toBe(1);
  });

  test('once it expired, where it cannot be renewed', async () => {
    const { refreshToken: _, ...once } = signedIn;
    await signInsIn(folder).keep({ signIn: once, where: 'file' });
    const access = await process();
    at += hour;
    expect(await message(access.token())).toBe(`the sign-in to notes is over; ${login}`);
    expect(await message(process())).toBe(`the sign-in to notes is over; ${login}`);
    expect(renewals()).toBe(0);
  });

  test('for an endpoint that refuses every token, after one renewal', async () => {
    const access = await process();
    const renewed = await access.another(signedIn.accessToken);
    for (let times = 0; times < 3; times++)
      expect(await message(access.another(renewed))).toContain('notes refuses a token that was just renewed');
    expect(renewals()).toBe(1);
    access.took(renewed);
    expect(await access.another(renewed)).not.toBe(renewed);
  });

  test('once somebody signed out, also while a token is used', async () => {
    const access = await process();
    await signInsIn(folder).forget(nameOf(place.binding));
    expect(await message(access.another(signedIn.accessToken))).toBe(`nobody is signed in to notes here; ${login}`);
  });
});

test('a fault of the authorization server ends nothing, and shows no token', async () => {
  const access = await process();
  place.server.lie = ({ path }, response) => {
    if (path !== '/token') return false;
    response.writeHead(503, { 'content-type': 'text/html' }).end('<html>canary</html>');
    return true;
  };
  const error = await access.another(signedIn.accessToken).catch((reason: unknown) => reason);
  expect(String(error)).toContain('cannot be used to sign in');
  expect(String(error)).not.toContain('canary');
  place.server.lie = undefined;
  expect(takes(await access.another(signedIn.accessToken))).toBe(true);
});

test('a process that was killed while it renewed holds up no other', async () => {
  const access = await process({ pause: slowPause });
  takeLock(await signInsIn(folder).lockIn(nameOf(place.binding)), now(), renewTimes.staleMs);
  const before = at;
  place.server.expireAll();
  expect(takes(await access.another(signedIn.accessToken))).toBe(true);
  expect(at - before).toBeGreaterThanOrEqual(renewTimes.staleMs);
});

test('a lock that is never given back is said to be one', async () => {
  const access = await process();
  const path = await signInsIn(folder).lockIn(nameOf(place.binding));
  const lock = takeLock(path, now(), renewTimes.staleMs);
  const busy = process({ pause: async (ms) => (lock?.renew(new Date(at + ms)), slowPause(ms)) });
  await expect((await busy).another(signedIn.accessToken)).rejects.toThrow('another process is changing this sign-in');
  await rm(path);
  expect(await access.token()).toBe(signedIn.accessToken);
});

test.each([
  [{ error: 'invalid_token' }, undefined],
  [{ error: 'insufficient_scope' }, 'the token does not allow this'],
  [{ error: 'insufficient_scope', scope: 'notes:read' }, 'notes wants the scope notes:read'],
])('an endpoint that says %j', async (challenge, said) => {
  const failure = (await process()).insufficient(challenge);
  if (said === undefined) expect(failure).toBeUndefined();
  else
    expect(failure).toMatchObject({
      message: expect.stringContaining(said),
      remedy: expect.stringContaining('countersign login notes'),
    });
});

test('a scope that is not approved is for the maintainer to add', async () => {
  expect(
    (await process()).insufficient({ error: 'insufficient_scope', scope: 'notes:read notes:write' }),
  ).toMatchObject({
    remedy: 'ask the maintainer of the server to add it to remote.authorization.scopes',
  });
});
