import { inspect } from 'node:util';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { startOci } from '../../test/support/oci-registry.ts';
import { sha256 } from '../../core/digest.ts';
import type { Credential } from './credentials.ts';
import { openOciRepository, type OciRepository } from './registry.ts';

const [oci, other] = await Promise.all([startOci(), startOci('token')]);
afterAll(() => Promise.all([oci.close(), other.close()]));

const quick = { tryMs: 5_000, pauseMs: 1, retries: 1, deadlineMs: 10_000 };
const token = 'tokenThatNobodyMaySee';
const open = (times = quick, credential?: Credential): OciRepository =>
  openOciRepository(
    oci.host,
    oci.path,
    { registry: 'http://npm.test/' },
    {
      times,
      credentials: () => Promise.resolve(credential),
    },
  );

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

test('lists tags page by page, and follows no address for the next one', async () => {
  const all = Array.from({ length: 2_500 }, (_, index) => `1.0.${index}`);
  oci.otherwise = ({ url = '' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://registry.test');
    if (pathname !== '/v2/mcp/postgres/tags/list') return false;
    const after = all.indexOf(searchParams.get('last') ?? '') + 1;
    const page = [...all.slice(after, after + Number(searchParams.get('n'))), '../../evil', 5];
    response.writeHead(200, { link: '<http://169.254.169.254/>; rel="next"' }).end(JSON.stringify({ tags: page }));
    return true;
  };
  await expect(open().tags()).resolves.toEqual(all);
  expect(oci.asked).toHaveLength(4);
});

test.each(['{"tags":null}', '{"tags":{}}', '{}'])('knows no tags after %s', async (body) => {
  answers(200, {}, body);
  await expect(open().tags()).resolves.toEqual([]);
});

test('stops where a registry always names more tags', async () => {
  let count = 0;
  oci.otherwise = (_, response) => {
    const page = Array.from({ length: 4_000 }, () => `1.0.${count++}`);
    response.end(JSON.stringify({ tags: page }));
    return true;
  };
  await expect(open().tags()).resolves.toHaveLength(10_000);
  expect(oci.asked).toHaveLength(3);
});

test('has one deadline for all requests together', async () => {
  oci.otherwise = () => true;
  const repository = open({ ...quick, tryMs: 3_600_000, deadlineMs: 150 });
  const silence = { code: 'network', message: expect.stringMatching(/no answer in time$/u) };
  await expect(repository.manifest('latest')).rejects.toMatchObject(silence);
  await expect(repository.manifest('latest')).rejects.toMatchObject(silence);
});

describe('with credentials', () => {
  const password: Credential = { kind: 'password', username: 'ada', password: 'passwordThatNobodyMaySee' };
  const basic = `Basic ${Buffer.from('ada:passwordThatNobodyMaySee').toString('base64')}`;
  const identity: Credential = { kind: 'identity', token: 'identityThatNobodyMaySee' };

  test('shows the password to the token service, and only the token to the registry', async () => {
    oci.token = token;
    oci.addManifest({ schemaVersion: 2 }, 'latest');
    await expect(open(quick, password).manifest('latest')).resolves.toEqual({ schemaVersion: 2 });
    expect(oci.authorizations).toEqual([undefined, basic, `Bearer ${token}`]);
  });

  test('shows the password to a registry that asks for one', async () => {
    oci.addManifest({ schemaVersion: 2 }, 'latest');
    oci.otherwise = ({ headers }, response) => {
      if (headers.authorization === basic) return false;
      response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
      return true;
    };
    await expect(open(quick, password).manifest('latest')).resolves.toEqual({ schemaVersion: 2 });
    await expect(open(quick, identity).manifest('latest')).rejects.toMatchObject({ status: 401 });
  });

  test('grants an identity token in a form, not in the address', async () => {
    oci.token = token;
    oci.addManifest({ schemaVersion: 2 }, 'latest');
    let form = '';
    oci.otherwise = (request, response) => {
      if (request.url?.startsWith('/token') !== true) return false;
      request.on('data', (chunk: Buffer) => (form += chunk.toString()));
      request.on('end', () => response.end(JSON.stringify({ access_token: token })));
      return true;
    };
    await expect(open(quick, identity).manifest('latest')).resolves.toEqual({ schemaVersion: 2 });
    expect(oci.asked[1]).toBe('token');
    expect(Object.fromEntries(new URLSearchParams(form))).toEqual({
      grant_type: 'refresh_token',
      service: 'fake',
      scope: 'repository:mcp/postgres:pull',
      client_id: 'countersign',
      refresh_token: 'identityThatNobodyMaySee',
    });
    expect(oci.authorizations).toEqual([undefined, undefined, `Bearer ${token}`]);
  });

  test.each([password, identity])('sends them to no other place: $kind', async (credential) => {
    oci.otherwise = (_, response) => {
      const elsewhere = `Bearer realm="http://${other.host}/token",service="fake"`;
      response.writeHead(401, { 'www-authenticate': elsewhere }).end();
      return true;
    };
    await expect(open(quick, credential).manifest('latest')).rejects.toMatchObject({ status: 401 });
    expect(other.asked).toEqual([]);
  });

  test('does not follow the token service elsewhere with them', async () => {
    oci.token = token;
    oci.otherwise = ({ url }, response) => {
      if (url === '/moved') response.end(JSON.stringify({ token }));
      else if (url?.startsWith('/token') === true) response.writeHead(307, { location: '/moved' }).end();
      else return false;
      return true;
    };
    oci.addManifest({ schemaVersion: 2 }, 'latest');
    await open(quick, password).manifest('latest');
    expect(oci.asked[2]).toBe('moved');
    expect(oci.authorizations).toEqual([undefined, basic, undefined, `Bearer ${token}`]);
    await expect(open(quick, identity).manifest('latest')).rejects.toMatchObject({ status: 307 });
  });

  test.each([401, 403])('says how to log in after %d', async (status) => {
    answers(status);
    await expect(open().manifest('latest')).rejects.toMatchObject({
      remedy: expect.stringContaining(`podman login ${oci.host}`),
    });
  });

  test('says no secret in any message', async () => {
    answers(401, { 'www-authenticate': 'Basic realm="x"' });
    for (const credential of [password, identity]) {
      const error: unknown = await open(quick, credential)
        .manifest('latest')
        .catch((thrown: unknown) => thrown);
      expect(inspect(error, { depth: 9 })).not.toMatch(/NobodyMaySee|Basic /u);
    }
  });

  test('gets another token when the first has run out', async () => {
    oci.token = token;
    oci.addManifest({ schemaVersion: 2 }, 'latest');
    const repository = open(quick, password);
    await repository.manifest('latest');
    oci.token = 'another';
    await repository.manifest('latest');
    expect(oci.authorizations.slice(-3)).toEqual([`Bearer ${token}`, basic, 'Bearer another']);
  });
});

describe('a blob is proved', () => {
  test('when its digest and its size are right', async () => {
    const { digest, size } = oci.addBlob('text/plain', Buffer.alloc(300_000, 'a'));
    await expect(open().proveBlob(digest, size)).resolves.toBeUndefined();
  });

  test.each<[string, (size: number) => number, Buffer, string]>([
    ['other bytes', (size) => size, Buffer.from('evil'), 'E_DIGEST'],
    ['more bytes', (size) => size, Buffer.from('blob and more'), 'E_TOO_LARGE'],
    ['fewer bytes', (size) => size, Buffer.from('blo'), 'E_DIGEST'],
    ['a size that is another', (size) => size + 1, Buffer.from('blob'), 'E_DIGEST'],
  ])('and not with %s', async (_, sizeOf, served, code) => {
    const { digest, size } = oci.addBlob('text/plain', Buffer.from('blob'));
    oci.blobs.set(digest, served);
    await expect(open().proveBlob(digest, sizeOf(size))).rejects.toMatchObject({ name: 'Refusal', code });
  });
});
