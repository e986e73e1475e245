import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { makeCertificate } from '../../test/support/certificate.ts';
import { serveFiles, type FileServer } from '../../test/support/file-server.ts';
import { temporaryFolder } from '../../test/support/folder.ts';
import { stubNpmrc } from '../../test/support/npmrc.ts';
import { integrityOf } from '../../core/digest.ts';
import type { Times } from '../../core/download.ts';
import type { NpmRegistry } from './registry.ts';

const folder = await temporaryFolder();
const [server, other] = await Promise.all([serveFiles(), serveFiles()]);
const token = 'npm_tokenThatNobodyMaySee';
const bytes = Buffer.from('a tarball');
const quick: Times = { tryMs: 5_000, pauseMs: 1, retries: 2, deadlineMs: 10_000 };
/** Longer than any test lasts: one that comes to an end has not waited for it. */
const forever = 3_600_000;

beforeEach(() => {
  for (const { files, asked } of [server, other]) {
    files.clear();
    asked.length = 0;
  }
});
afterEach(() => vi.unstubAllEnvs());

const hostAndPath = (url: string): string => url.slice(url.indexOf('//'));
const withToken = (registry = server.url): string => `registry=${registry}/
${hostAndPath(server.url)}/:_authToken=${token}
@elsewhere:registry=${other.url}/
`;

/** A registry as npm with this .npmrc, and nothing of this machine's configuration, would see it. */
async function open(times: Times = quick, npmrc: string = withToken(), mirror?: string): Promise<NpmRegistry> {
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'PROXY'])
    for (const key of [name, name.toLowerCase()]) vi.stubEnv(key, undefined);
  await stubNpmrc(folder, npmrc);
  const { openNpmRegistry } = await import('./registry.ts');
  return openNpmRegistry(mirror, times);
}

const serveJson = (path: string, value: unknown): unknown => server.files.set(path, Buffer.from(JSON.stringify(value)));

const redirect =
  (to: string | undefined, status = 302) =>
  (response: ServerResponse): unknown =>
    response.writeHead(status, to === undefined ? {} : { location: to }).end('moved');

const status = (code: number) => (response: ServerResponse) => response.writeHead(code).end('no');

/** The tokens that a server is sent. */
function authorizations(files: FileServer['files'], path: string, body: Uint8Array): (string | undefined)[] {
  const seen: (string | undefined)[] = [];
  files.set(path, (response) => {
    seen.push(response.req.headers.authorization);
    response.end(body);
  });
  return seen;
}

test.each([
  ['an empty object', '{}', 'has no object of versions'],
  ['null', 'null', 'is not an object'],
  ['a list', '[]', 'is not an object'],
  ['a number', '5', 'is not an object'],
  ['a page', '<h1>sign in</h1>', 'is not JSON'],
  ['a list of versions', '{"versions":[]}', 'has no object of versions'],
  ['a version that is nothing', '{"versions":{"1.0.0":null}}', 'has no object of versions'],
  [
    'a version of another form',
    String.raw`{"versions":{"1.0.0'\nscope: all":{}}}`,
    'names versions that are not versions',
  ],
  ['a list of tags', '{"versions":{},"dist-tags":[]}', 'has dist-tags that are not an object'],
  ['no tags', '{"versions":{},"dist-tags":null}', 'has dist-tags that are not an object'],
  ['a tag on a number', '{"versions":{},"dist-tags":{"latest":5}}', 'names versions that are not versions'],
  ['a number for times', '{"versions":{},"time":5}', 'has times that are not an object'],
])('says that %s is not a packument', async (_, body, message) => {
  server.files.set('left-pad', Buffer.from(body));
  const registry = await open();
  await expect(registry.packument('left-pad')).rejects.toMatchObject({
    name: 'Failure',
    code: 'not-a-packument',
    message: `the npm registry's answer for left-pad ${message}`,
    remedy: 'check the registry that npm is configured with',
  });
});

test('reads of a packument what has the right shape', async () => {
  const old = { description: 5, license: { type: 'MIT' }, repository: ['x'], dist: 'none' };
  const version = { description: 'Pads.', license: 'MIT', repository: { url: 'https://example.com/x' } };
  const time = { '1.0.0': '2026-01-01T00:00:00.000Z', unpublished: { name: 'somebody' } };
  serveJson('left-pad', { versions: { '0.0.1': old, '1.0.0': version }, 'dist-tags': { latest: '1.0.0' }, time });
  const packument = await (await open()).packument('left-pad');
  expect(packument.versions['0.0.1']).toEqual({});
  expect(packument.versions['1.0.0']).toEqual({ ...version, repository: 'https://example.com/x' });
  expect(packument['dist-tags']?.latest).toBe('1.0.0');
  expect(packument.time?.['1.0.0']).toBe('2026-01-01T00:00:00.000Z');
  for (const key of ['constructor', 'toString', '__proto__', 'hasOwnProperty'])
    expect([packument.versions[key], packument['dist-tags']?.[key]]).toEqual([undefined, undefined]);
});

test('asks for no name that would leave its path', async () => {
  const registry = await open();
  for (const name of ['', '../left-pad', 'a/b', '@a/b/c', 'left-pad?x', 'left pad', '.hidden']) {
    await expect(registry.packument(name)).rejects.toMatchObject({ code: 'no-such-package' });
    await expect(registry.tarball(name, '1.0.0')).rejects.toMatchObject({ code: 'no-such-package' });
  }
  expect(server.asked).toEqual([]);
});

test('gives the tarball at the conventional address, and checks its integrity', async () => {
  server.files.set('@example/left-pad/-/left-pad-1.0.0.tgz', bytes);
  const registry = await open();
  await expect(registry.tarball('@example/left-pad', '1.0.0', integrityOf(bytes))).resolves.toEqual(bytes);
  const wrong = registry.tarball('@example/left-pad', '1.0.0', integrityOf(Buffer.from('x')));
  await expect(wrong).rejects.toMatchObject({ name: 'Refusal', code: 'E_DIGEST' });
  expect(server.asked).toEqual(Array(2).fill('@example/left-pad/-/left-pad-1.0.0.tgz'));
});

test('takes another address on the same registry from the packument', async () => {
  // What the registry says about who asks is not followed: the token stays the one that npm has.
  const named = `${server.url.replace('//', '//user:word@')}/files/left-pad.tgz`;
  serveJson('left-pad', { versions: { '1.0.0': { dist: { tarball: named } }, '2.0.0': {} } });
  const seen = authorizations(server.files, 'files/left-pad.tgz', bytes);
  const registry = await open();
  await expect(registry.tarball('left-pad', '1.0.0')).resolves.toEqual(bytes);
  expect(seen).toEqual([`Bearer ${token}`]);
  for (const version of ['2.0.0', '3.0.0', 'constructor'])
    await expect(registry.tarball('left-pad', version)).rejects.toMatchObject({
      code: 'no-such-package',
      message: `the npm registry has no left-pad@${version}`,
    });
});

test.each<[string, unknown, string]>([
  ['a number', 5, 'what is no http address'],
  ['a file', 'file:///etc/passwd', 'what is no http address'],
  ['a data URL', 'data:,tarball', 'what is no http address'],
  ['a blob of the origin', `blob:${server.url}/left-pad.tgz`, 'what is no http address'],
  ['no URL', 'left-pad.tgz', 'what is no http address'],
  ['another port', `${other.url}/left-pad.tgz`, new URL(other.url).host],
  ['another protocol', server.url.replace('http:', 'https:'), new URL(server.url).host],
  ['another host', 'http://user:word@evil.example/left-pad.tgz?secret=1', 'evil.example'],
])('fetches no tarball from %s', async (_, named, host) => {
  serveJson('left-pad', { versions: { '1.0.0': { dist: { tarball: named } } } });
  const registry = await open();
  await expect(registry.tarball('left-pad', '1.0.0')).rejects.toMatchObject({
    name: 'Failure',
    code: 'tarball-elsewhere',
    message: `the tarball of left-pad@1.0.0 is said to be at ${host}, not at ${new URL(server.url).host}`,
    remedy: expect.stringContaining('mirror'),
  });
  expect(other.asked).toEqual([]);
});

test('lets a scope of another registry have its tarballs on the configured one', async () => {
  const packument = { versions: { '1.0.0': { dist: { tarball: `${server.url}/x.tgz` } } } };
  other.files.set('@elsewhere/x', Buffer.from(JSON.stringify(packument)));
  server.files.set('x.tgz', bytes);
  await expect((await open()).tarball('@elsewhere/x', '1.0.0')).resolves.toEqual(bytes);
});

test.each([301, 302, 303, 307, 308])('follows a %d within the registry', async (code) => {
  serveJson('moved/left-pad', { versions: {} });
  server.files.set('left-pad', redirect('/moved/left-pad', code));
  await expect((await open()).packument('left-pad')).resolves.toMatchObject({ versions: {} });
});

test.each([
  ['another port', other.url],
  ['another host', 'http://user:word@evil.example'],
  ['another protocol', server.url.replace('http:', 'https:')],
  ['a file', 'file://'],
  ['what is no address', 'http://['],
])('follows no redirect to %s', async (_, origin) => {
  server.files.set('left-pad/-/left-pad-1.0.0.tgz', redirect(`${origin}/left-pad.tgz?secret=1`));
  const registry = await open({ ...quick, pauseMs: forever });
  const error: Error = await registry.tarball('left-pad', '1.0.0').then(
    () => expect.unreachable(),
    (thrown: Error) => thrown,
  );
  expect(error).toMatchObject({ name: 'Failure', code: 'redirect-elsewhere' });
  expect(error.message).not.toMatch(/word|secret/u);
  expect(other.asked).toEqual([]);
  expect(server.asked).toHaveLength(1);
});

test('follows five redirects, and no sixth', async () => {
  for (let hop = 0; hop < 7; hop++) server.files.set(`hop${hop}`, redirect(`/hop${hop + 1}`));
  const registry = await open();
  await expect(registry.packument('hop0')).rejects.toMatchObject({ code: 'http-status', status: 302 });
  expect(server.asked).toEqual(['hop0', 'hop1', 'hop2', 'hop3', 'hop4', 'hop5']);
});

test.each([
  ['a redirect to nowhere', redirect(undefined), 302],
  ['an empty answer', status(204), 204],
  ['a refused token', status(401), 401],
  ['a forbidden package', status(403), 403],
])('takes %s as an answer, once', async (_, answer, code) => {
  server.files.set('left-pad', answer);
  const registry = await open({ ...quick, pauseMs: forever });
  await expect(registry.packument('left-pad')).rejects.toMatchObject({ code: 'http-status', status: code });
  expect(server.asked).toEqual(['left-pad']);
});

test('gives what is attested of a version', async () => {
  server.files.set('-/npm/v1/attestations/@example/left-pad@1.0.0', bytes);
  await expect((await open()).attestations('@example/left-pad', '1.0.0')).resolves.toEqual(bytes);
});

test.each([404, 405])('says that a registry attests nothing where it answers %d', async (code) => {
  server.files.set('-/npm/v1/attestations/left-pad@1.0.0', status(code));
  await expect((await open()).attestations('left-pad', '1.0.0')).resolves.toBeUndefined();
});

test.each([401, 403, 500, 501, 503])('takes a %d for no answer about attestations', async (code) => {
  server.files.set('-/npm/v1/attestations/left-pad@1.0.0', status(code));
  const attestations = (await open()).attestations('left-pad', '1.0.0');
  await expect(attestations).rejects.toMatchObject({ name: 'Failure', code: 'http-status', status: code });
});

test('asks for attestations of no name that would leave its path', async () => {
  const registry = await open();
  await expect(registry.attestations('../left-pad', '1.0.0')).rejects.toMatchObject({ code: 'no-such-package' });
  await expect(registry.attestations('left-pad', '../../x')).resolves.toBeUndefined();
  expect(server.asked).toEqual(['-/npm/v1/attestations/left-pad@../../x']);
});

test.each([408, 429, 500, 503])('tries again after a %d', async (code) => {
  let answers = 0;
  server.files.set('left-pad', (response) =>
    answers++ < 2 ? status(code)(response) : response.end('{"versions":{}}'),
  );
  await expect((await open()).packument('left-pad')).resolves.toMatchObject({ versions: {} });
  expect(server.asked).toHaveLength(3);
});

test('gives up after so many tries', async () => {
  server.files.set('left-pad', status(503));
  await expect((await open()).packument('left-pad')).rejects.toMatchObject({ code: 'http-status', status: 503 });
  expect(server.asked).toHaveLength(3);
});

test('tries again where a body breaks off', async () => {
  server.files.set('left-pad', (response) => {
    response.writeHead(200, { 'content-length': '100' }).write('{"versions"', () => response.destroy());
  });
  await expect((await open()).packument('left-pad')).rejects.toMatchObject({
    code: 'network',
    message: expect.stringMatching(/cannot be reached: ECONNRESET$/u),
  });
  expect(server.asked).toHaveLength(3);
});

test.each<[string, (response: ServerResponse) => unknown]>([
  ['says nothing', () => undefined],
  ['never ends', (response) => response.writeHead(200).write('{')],
])('gives a try a time, and all of them together another, where a server %s', async (_, answer) => {
  server.files.set('left-pad', answer);
  const silence = { code: 'network', message: expect.stringMatching(/cannot be reached: no answer in time$/u) };
  const tries = await open({ ...quick, tryMs: 150, retries: 1 });
  await expect(tries.packument('left-pad')).rejects.toMatchObject(silence);
  expect(server.asked).toHaveLength(2);
  const whole = await open({ ...quick, tryMs: forever, deadlineMs: 150 });
  await expect(whole.packument('left-pad')).rejects.toMatchObject(silence);
  expect(server.asked).toHaveLength(3);
});

test('pauses between tries, no longer than the whole may last', async () => {
  server.files.set('left-pad', status(503));
  const registry = await open({ ...quick, pauseMs: forever, deadlineMs: 300 });
  await expect(registry.packument('left-pad')).rejects.toMatchObject({ status: 503 });
  expect(server.asked).toHaveLength(1);
});

test('cuts off what it does not read', async () => {
  const closed = new Promise((resolve) => {
    server.files.set('left-pad', (response) => {
      response.on('close', () => resolve(response.writableFinished));
      response.writeHead(403).write('more is to come');
    });
  });
  const registry = await open({ ...quick, tryMs: forever, deadlineMs: forever });
  await expect(registry.packument('left-pad')).rejects.toMatchObject({ status: 403 });
  await expect(closed).resolves.toBe(false);
}, 5_000);

async function listen(listener: Server): Promise<number> {
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  onTestFinished(() => {
    listener.closeAllConnections();
    listener.close();
  });
  return (listener.address() as AddressInfo).port;
}

test('does not wait for a refused connection', async () => {
  const closed = createServer();
  const port = await listen(closed);
  await new Promise((resolve) => closed.close(resolve));
  const registry = await open({ ...quick, pauseMs: forever }, '', `http://127.0.0.1:${port}`);
  await expect(registry.packument('left-pad')).rejects.toMatchObject({
    code: 'network',
    message: `http://127.0.0.1:${port}/left-pad cannot be reached: ECONNREFUSED`,
  });
});

test('does not use what is no address as a registry', async () => {
  for (const mirror of ['http://', 'file:///srv/npm', 'npm.example.com']) {
    const registry = await open(quick, '', mirror);
    await expect(registry.packument('left-pad')).rejects.toMatchObject({ code: 'no-registry' });
  }
});

test('sends the token to its own registry, and to no other host', async () => {
  const packument = Buffer.from('{"versions":{}}');
  const mine = authorizations(server.files, 'left-pad', packument);
  const after = authorizations(server.files, 'moved', packument);
  server.files.set('old', redirect('/moved'));
  const theirs = authorizations(other.files, '@elsewhere/x', packument);
  const theirMirror = authorizations(other.files, 'left-pad', packument);
  const registry = await open();
  await registry.packument('left-pad');
  await registry.packument('old');
  await registry.packument('@elsewhere/x');
  await (await open(quick, withToken(), other.url)).packument('left-pad');
  expect({ mine, after, theirs, theirMirror }).toEqual({
    mine: [`Bearer ${token}`],
    after: [`Bearer ${token}`],
    theirs: [undefined],
    theirMirror: [undefined],
  });
});

test('puts the token into no message', async () => {
  const echo = (response: ServerResponse): unknown =>
    response.writeHead(200).end(`${response.req.headers.authorization} is what you sent`);
  server.files.set('echo', echo);
  server.files.set('forbidden', (response) =>
    response.writeHead(403, response.req.headers.authorization).end(response.req.headers.authorization),
  );
  server.files.set('away', (response) => redirect(`${other.url}/${response.req.headers.authorization}`)(response));
  server.files.set('broken', (response) => response.destroy());
  serveJson('elsewhere', { versions: { '1.0.0': { dist: { tarball: `${other.url}/${token}` } } } });
  const registry = await open();
  const unusable = await open(quick, `${withToken()}${hostAndPath(server.url)}/:_authToken=${token}→\n`);
  const inAddress = await open(quick, '', `${server.url.replace('//', `//user:${token}@`)}/missing`);
  const thrown = await Promise.all(
    [
      ...['echo', 'forbidden', 'away', 'broken', 'missing'].map((name) => registry.packument(name)),
      registry.tarball('elsewhere', '1.0.0'),
      unusable.packument('left-pad'),
      inAddress.tarball('left-pad', '1.0.0'),
    ].map((download) =>
      download.then(
        () => expect.unreachable(),
        (error: unknown) => error,
      ),
    ),
  );
  expect(thrown.map((error) => (error as { code: string }).code)).toEqual([
    'not-a-packument',
    'http-status',
    'redirect-elsewhere',
    'network',
    'no-such-package',
    'tarball-elsewhere',
    'unusable-token',
    'no-such-package',
  ]);
  for (const error of thrown) {
    const { message, remedy } = error as { message: string; remedy: string };
    expect(`${message} ${remedy}`).not.toMatch(/npm_token|Bearer/iu);
  }
});

test("leaves the environment of this process as it is, whatever stands in npm's configuration", async () => {
  await open(quick, 'node-options=--no-deprecation\nproxy=http://127.0.0.1:1/\neditor=ed\n');
  const { NODE_OPTIONS, EDITOR, npm_config_proxy } = process.env;
  expect([NODE_OPTIONS, EDITOR, npm_config_proxy]).not.toContainEqual(expect.stringMatching(/deprecation|:1|^ed$/u));
});

test('goes through the proxy that npm is configured with', async () => {
  const asked: (string | undefined)[] = [];
  const port = await listen(
    createServer((request, response) => {
      asked.push(request.url);
      response.end('{"versions":{}}');
    }),
  );
  const proxy = `http://127.0.0.1:${port}/`;
  const registry = await open(quick, `registry=http://npm.example.test/\nproxy=${proxy}\n`);
  expect(registry.options.proxy).toBe(proxy);
  await registry.packument('left-pad');
  expect(asked).toEqual(['http://npm.example.test/left-pad']);
});

const certificate = makeCertificate(folder);

test.skipIf(certificate === undefined)(
  'believes the certificate authorities that npm is configured with, and asks nobody else twice',
  async () => {
    const { cert = '', key = '' } = certificate ?? {};
    let connections = 0;
    const listener = createTlsServer({ key, cert }, (_, response) => response.end('{"versions":{}}'));
    listener.on('connection', () => connections++);
    const registry = `registry=https://127.0.0.1:${await listen(listener)}/\n`;
    const patient = { ...quick, pauseMs: forever };

    const unknown = await open(patient, registry);
    await expect(unknown.packument('left-pad')).rejects.toMatchObject({
      code: 'network',
      message: expect.stringMatching(
        /cannot be reached: its certificate is not accepted \(DEPTH_ZERO_SELF_SIGNED_CERT\)$/u,
      ),
    });
    expect(connections).toBe(1);

    const cafile = join(folder, 'ca.pem');
    await writeFile(cafile, cert);
    const known = await open(patient, `${registry}cafile=${cafile}\n`);
    expect(known.options.ca).toEqual([cert.trim()]);
    await expect(known.packument('left-pad')).resolves.toMatchObject({ versions: {} });
  },
);

test.skipIf(certificate === undefined)(
  'follows a redirect from https to https elsewhere, and takes no token there',
  async () => {
    const { cert = '', key = '' } = certificate ?? {};
    const seen: (string | undefined)[] = [];
    const store = createTlsServer({ key, cert }, ({ headers }, response) => {
      seen.push(headers.authorization);
      response.end(bytes);
    });
    const there = `https://127.0.0.1:${await listen(store)}`;
    const mirror = createTlsServer({ key, cert }, ({ headers }, response) => {
      seen.push(headers.authorization);
      response.writeHead(302, { location: `${there}/store/left-pad.tgz?signed=1` }).end();
    });
    const here = `https://127.0.0.1:${await listen(mirror)}`;
    const cafile = join(folder, 'ca.pem');
    await writeFile(cafile, cert);
    const npmrc = `registry=${here}/\n${hostAndPath(here)}/:_authToken=${token}\ncafile=${cafile}\n`;
    await expect((await open(quick, npmrc)).tarball('left-pad', '1.0.0')).resolves.toEqual(bytes);
    expect(seen).toEqual([`Bearer ${token}`, undefined]);
    // A signer is not sent into its own network, whatever the registry that it was configured with names there.
    seen.length = 0;
    const { openNpmRegistry } = await import('./registry.ts');
    const signers = await openNpmRegistry(undefined, quick, 'public');
    await expect(signers.tarball('left-pad', '1.0.0')).rejects.toMatchObject({ code: 'private-address' });
    expect(seen).toEqual([`Bearer ${token}`]);
  },
);

describe('advisories', () => {
  const path = '-/npm/v1/security/advisories/bulk';
  const ask = async (npmrc = withToken()): Promise<Buffer> => {
    await open(quick, npmrc);
    const { npmAdvisories } = await import('./registry.ts');
    return npmAdvisories(new Map([['left-pad', ['1.0.0']]]), undefined, quick);
  };
  test('are asked for with the token of the registry', async () => {
    const seen = authorizations(server.files, path, Buffer.from('{}'));
    expect((await ask()).toString()).toBe('{}');
    expect(seen).toEqual([`Bearer ${token}`]);
  });
  test('are asked for at one registry, and its redirects are not followed', async () => {
    server.files.set(path, redirect(`${server.url}/other`, 307));
    await expect(ask()).rejects.toMatchObject({ code: 'http-status', status: 307 });
    expect([server.asked, other.asked]).toEqual([[path], []]);
  });
  test('need an http address', async () => {
    await expect(ask('registry=file:///tmp/')).rejects.toMatchObject({ code: 'no-registry' });
  });
});
