import { afterAll, beforeEach, expect, test } from 'vitest';
import { startOci } from '../../../test/support/oci-registry.ts';
import { sha256 } from '../../../core/digest.ts';
import { openOciRepository, type OciRepository } from './oci-registry.ts';

const [oci, other] = await Promise.all([startOci(), startOci('token')]);
afterAll(() => Promise.all([oci.close(), other.close()]));

const quick = { tryMs: 5_000, pauseMs: 1, retries: 1, deadlineMs: 10_000 };
const token = 'tokenThatNobodyMaySee';
const open = (times = quick): OciRepository =>
  openOciRepository(oci.host, oci.path, { registry: 'http://npm.test/' }, times);

beforeEach(() => {
  for (const registry of [oci, other]) {
    registry.manifests.clear();
    registry.blobs.clear();
    registry.asked.length = 0;
    registry.authorizations.length = 0;
    registry.token = undefined;
    registry.otherwise = undefined;
  }
});

const answers = (status: number, headers: Record<string, string> = {}, body = ''): void => {
  oci.otherwise = (_, response) => {
    response.writeHead(status, headers).end(body);
    return true;
  };
};

test('reads manifests and blobs', async () => {
  const { digest } = oci.addBlob('text/plain', Buffer.from('blob'));
  const manifest = oci.addManifest({ schemaVersion: 2 }, 'latest');
  const repository = open();
  await expect(repository.manifest('latest')).resolves.toEqual({ schemaVersion: 2 });
  await expect(repository.manifest(manifest.digest)).resolves.toEqual({ schemaVersion: 2 });
  await expect(repository.blob(digest, 4)).resolves.toEqual(Buffer.from('blob'));
  await expect(repository.manifest('missing')).resolves.toBeUndefined();
  expect(oci.authorizations).toEqual([undefined, undefined, undefined, undefined]);
});

test('gets a token to pull this repository, once', async () => {
  oci.token = token;
  oci.addManifest({ schemaVersion: 2 }, 'latest');
  const repository = open();
  await repository.manifest('latest');
  await repository.manifest('latest');
  expect(oci.asked).toEqual([
    'v2/mcp/postgres/manifests/latest',
    'token?service=fake&scope=repository%3Amcp%2Fpostgres%3Apull',
    'v2/mcp/postgres/manifests/latest',
    'v2/mcp/postgres/manifests/latest',
  ]);
  expect(oci.authorizations).toEqual([undefined, undefined, `Bearer ${token}`, `Bearer ${token}`]);
});

test.each([
  ['no challenge', {}],
  ['a challenge for a password', { 'www-authenticate': 'Basic realm="x"' }],
  ['a challenge without an address', { 'www-authenticate': 'Bearer service="x"' }],
  ['an address without https', { 'www-authenticate': 'Bearer realm="http://169.254.169.254/latest"' }],
  ['an address on another port', { 'www-authenticate': `Bearer realm="http://${other.host}/token"` }],
  ['no address', { 'www-authenticate': 'Bearer realm="file:///etc/passwd"' }],
])('does not ask for a token when a 401 comes with %s', async (_, headers) => {
  answers(401, headers);
  await expect(open().manifest('latest')).rejects.toMatchObject({ code: 'http-status', status: 401 });
  expect(oci.asked).toHaveLength(1);
  expect(other.asked).toEqual([]);
});

test.each([
  ['no token', '{}', 'no-token'],
  ['a number', '{"token":5}', 'no-token'],
  ['a token of two lines', String.raw`{"token":"a\nb"}`, 'no-token'],
  ['no JSON', 'x', 'not-a-manifest'],
])('fails when the token service answers with %s', async (_, body, code) => {
  oci.token = token;
  oci.otherwise = ({ url }, response) => {
    if (url?.startsWith('/token') === true) response.end(body);
    return url?.startsWith('/token') === true;
  };
  await expect(open().manifest('latest')).rejects.toMatchObject({ name: 'Failure', code });
});

test('asks for a token only once, when the registry accepts none', async () => {
  oci.token = token;
  oci.otherwise = ({ url }, response) => {
    if (url?.startsWith('/token') === true) response.end('{"access_token":"another"}');
    return url?.startsWith('/token') === true;
  };
  const error: Error = await open()
    .manifest('latest')
    .then(
      () => expect.unreachable(),
      (thrown: Error) => thrown,
    );
  expect(error).toMatchObject({ code: 'http-status', status: 401 });
  expect(error.message).not.toMatch(/another|Bearer/u);
  expect(oci.asked).toHaveLength(3);
});

test('sends the token to no other place', async () => {
  oci.token = token;
  const { digest } = oci.addBlob('text/plain', Buffer.from('blob'));
  oci.otherwise = ({ url, headers }, response) => {
    if (url?.startsWith('/store/') === true) response.end('blob');
    else if (url?.includes('/blobs/') !== true || headers.authorization === undefined) return false;
    else response.writeHead(307, { location: '/store/blob?signed=1' }).end();
    return true;
  };
  await expect(open().blob(digest, 10)).resolves.toEqual(Buffer.from('blob'));
  expect(oci.authorizations.at(-1)).toBeUndefined();
});

test.each([`http://${other.host}/x`, 'http://169.254.169.254/latest/meta-data', 'file:///etc/passwd'])(
  'follows no redirect to %s',
  async (location) => {
    answers(307, { location });
    await expect(open().manifest('latest')).rejects.toMatchObject({ code: 'redirect-elsewhere' });
    expect(other.asked).toEqual([]);
  },
);

test.each([403, 405, 410, 500, 503])('fails on status %d', async (status) => {
  answers(status);
  await expect(open().manifest('latest')).rejects.toMatchObject({ name: 'Failure', code: 'http-status', status });
  await expect(open().referrers(`sha256:${'cd'.repeat(32)}`, 'x')).rejects.toMatchObject({ status });
});

test('refuses other bytes than a digest names', async () => {
  const { digest } = oci.addBlob('text/plain', Buffer.from('blob'));
  oci.blobs.set(digest, Buffer.from('evil'));
  oci.manifests.set(digest, Buffer.from('{}'));
  await expect(open().blob(digest, 10)).rejects.toMatchObject({
    name: 'Refusal',
    code: 'E_DIGEST',
    message: `the container registry served sha256:${sha256('evil')} as ${digest}`,
  });
  await expect(open().manifest(digest)).rejects.toMatchObject({ name: 'Refusal', code: 'E_DIGEST' });
});

test('reads a blob only up to its limit', async () => {
  const { digest } = oci.addBlob('text/plain', Buffer.alloc(11));
  await expect(open().blob(digest, 10)).rejects.toMatchObject({ name: 'Refusal', code: 'E_TOO_LARGE' });
});

test.each(['', 'x', '[]', 'null', '{"a":1,"a":2}'])('refuses %j as a manifest', async (body) => {
  oci.manifests.set('latest', Buffer.from(body));
  await expect(open().manifest('latest')).rejects.toMatchObject({ name: 'Failure', code: 'not-a-manifest' });
});

test('lists only those manifests that refer to a digest with the right type and shape', async () => {
  const [subject, referrer] = [`sha256:${'cd'.repeat(32)}`, `sha256:${'ef'.repeat(32)}`];
  const manifests = [
    { artifactType: 'x', digest: referrer },
    { artifactType: 'y', digest: referrer },
    { artifactType: 'x', digest: '../../../etc/passwd' },
    { artifactType: 'x', digest: 5 },
    null,
    'x',
  ];
  oci.referrers = new Map([[subject, Buffer.from(JSON.stringify({ manifests }))]]);
  await expect(open().referrers(subject, 'x')).resolves.toEqual([referrer]);
  oci.referrers = new Map([[subject, Buffer.from('{"manifests":{"length":1}}')]]);
  await expect(open().referrers(subject, 'x')).resolves.toEqual([]);
});

test('has one deadline for all requests together', async () => {
  oci.otherwise = () => true;
  const repository = open({ ...quick, tryMs: 3_600_000, deadlineMs: 150 });
  const silence = { code: 'network', message: expect.stringMatching(/no answer in time$/u) };
  await expect(repository.manifest('latest')).rejects.toMatchObject(silence);
  await expect(repository.manifest('latest')).rejects.toMatchObject(silence);
});
