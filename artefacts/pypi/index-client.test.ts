import { writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { sha256 } from '../../core/digest.ts';
import type { Times } from '../../core/download.ts';
import { makeCertificate } from '../../test/support/certificate.ts';
import { serveFiles } from '../../test/support/file-server.ts';
import { temporaryFolder } from '../../test/support/folder.ts';
import { stubNpmrc } from '../../test/support/npmrc.ts';
import { startIndex } from '../../test/support/package-index.ts';
import { readIndexAddress } from './index-address.ts';
import { NoSuchProject, openPackageIndex, type PackageIndex } from './index-client.ts';

const folder = await temporaryFolder();
const wheel = 'left_pad-1.0-py3-none-any.whl';
const releases = [
  { name: 'left.pad', version: '1.0', files: [wheel, 'left_pad-1.0.tar.gz'], requiresPython: '>=3.10' },
  { name: 'left.pad', version: '1.1', yanked: 'broken', uploadedAt: '2026-02-01T00:00:00Z' },
];
const [server, html, other] = await Promise.all([startIndex(releases), startIndex(releases, 'html'), serveFiles()]);
const digest = server.digest(wheel);
const quick: Times = { tryMs: 5_000, pauseMs: 1, retries: 2, deadlineMs: 10_000 };

beforeEach(() => {
  vi.stubEnv('NETRC', join(folder, 'none'));
  for (const each of [server, html, other]) {
    each.files.clear();
    each.asked.length = 0;
  }
});
afterEach(() => vi.unstubAllEnvs());

const open = (address = server.index, times = quick, reach?: 'any' | 'public'): Promise<PackageIndex> =>
  openPackageIndex(readIndexAddress(address, 'a test'), times, reach);

const redirect = (to: string) => (response: ServerResponse) => void response.writeHead(302, { location: to }).end();

/** The page of a project with one wheel at an address. */
const page = (url: string, hashes: unknown = {}): Buffer =>
  Buffer.from(JSON.stringify({ meta: { 'api-version': '1.0' }, files: [{ filename: wheel, url, hashes }] }));

describe.each([
  ['JSON', server],
  ['HTML', html],
])('an index that answers in %s', (format, { index, url, asked }) => {
  test('names the files of a project', async () => {
    const { name, files } = await (await open(index)).project('Left_Pad');
    expect(name).toBe('left-pad');
    const more = format === 'JSON' && { size: 38, uploadedAt: '2026-01-01T00:00:00.000000Z' };
    expect(files[0]).toEqual({
      ...{ file: wheel, kind: 'wheel', version: '1.0', url: `${url}/files/${wheel}`, sha256: digest },
      ...{ requiresPython: '>=3.10', ...more },
    });
    expect(files.map(({ kind, version, yanked }) => [kind, version, yanked])).toEqual([
      ...[
        ['wheel', '1.0', undefined],
        ['source', '1.0', undefined],
      ],
      ['wheel', '1.1', 'broken'],
    ]);
  });
  test('gives a wheel, and is asked for its project once', async () => {
    const client = await open(index);
    for (const name of ['left-pad', 'LEFT_PAD'])
      expect((await client.wheel(name, wheel)).toString()).toBe(`the file ${wheel}`);
    expect(asked).toEqual(['simple/left-pad/', `files/${wheel}`, `files/${wheel}`]);
  });
});

test('asks for JSON first', async () => {
  let asked: string | undefined;
  server.files.set('simple/left-pad/', (response) => {
    asked = response.req.headers.accept;
    response.end(page(wheel));
  });
  await (await open()).project('left-pad');
  expect(asked).toMatch(/^application\/vnd\.pypi\.simple\.v1\+json,.*text\/html;q=/u);
});

test('asks for no name that would leave its path', async () => {
  const client = await open();
  for (const name of ['', '../left-pad', 'a/b', 'left-pad?x', 'left pad', '.hidden', 'a%2fb'])
    await expect(client.project(name)).rejects.toMatchObject({ code: 'no-such-package' });
  expect(server.asked).toEqual([]);
});

test('says that a project, a version or a file is not there', async () => {
  const client = await open();
  await expect(client.project('missing')).rejects.toBeInstanceOf(NoSuchProject);
  await expect(client.project('missing')).rejects.toMatchObject({
    ...{ name: 'Failure', code: 'no-such-package', remedy: 'check the name and the version' },
    message: 'the package index has no missing',
  });
  await expect(client.wheel('left-pad', 'left_pad-9-py3-none-any.whl')).rejects.toMatchObject({
    message: 'the package index has no file "left_pad-9-py3-none-any.whl" of left-pad',
  });
  server.files.set(`files/${wheel}`, (response) => void response.writeHead(410).end());
  await expect(client.wheel('left-pad', wheel)).rejects.toMatchObject({
    ...{ code: 'no-such-package', message: `the package index has no ${wheel}` },
  });
});

test('asks again after a failure', async () => {
  const client = await open();
  server.files.set('simple/left-pad/', Buffer.from('<h1>later</h1>'));
  await expect(client.project('left-pad')).rejects.toMatchObject({ code: 'not-a-project' });
  server.files.clear();
  await expect(client.project('left-pad')).resolves.toMatchObject({ name: 'left-pad' });
});

test('tries again where a server is busy', async () => {
  let times = 0;
  server.files.set(`files/${wheel}`, (response) =>
    ++times < 3 ? void response.writeHead(503).end() : void response.end(`the file ${wheel}`),
  );
  await expect((await open()).wheel('left-pad', wheel)).resolves.toHaveLength(38);
  expect(times).toBe(3);
});

describe('an index that lies is refused', () => {
  const ask = async (): Promise<Buffer> => (await open()).wheel('left-pad', wheel);
  const refusal = (found: string) => ({
    ...{ name: 'Refusal', code: 'E_DIGEST', message: `${wheel} has the sha256 ${found}, not ${digest}` },
  });
  test('where it serves other bytes', async () => {
    server.files.set(`files/${wheel}`, Buffer.from('other'));
    await expect(ask()).rejects.toMatchObject(refusal(sha256(Buffer.from('other'))));
  });
  test('where it states another digest than that of what it serves', async () => {
    server.files.set('simple/left-pad/', page(`../../files/${wheel}`, { sha256: 'ab'.repeat(32) }));
    await expect(ask()).rejects.toMatchObject({
      ...{ name: 'Refusal', code: 'E_DIGEST', message: `${wheel} has the sha256 ${digest}, not ${'ab'.repeat(32)}` },
    });
  });
  test('where its answer never ends', async () => {
    server.files.set('simple/left-pad/', (response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(1 << 20, ' ')));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    await expect((await open()).project('left-pad')).rejects.toMatchObject({ name: 'Refusal', code: 'E_TOO_LARGE' });
  });
});

describe('elsewhere', () => {
  test.each([
    ['another host without https', 'http://files.example.com/x.whl', 'files.example.com'],
    ['another port', `${other.url}/x.whl`, new URL(other.url).host],
    ['https, where the index has none', 'https://files.example.com/x.whl', 'files.example.com'],
  ])('is not asked for files: %s', async (_, url, host) => {
    server.files.set('simple/left-pad/', page(url));
    await expect((await open()).wheel('left-pad', wheel)).rejects.toMatchObject({
      ...{ name: 'Failure', code: 'wheel-elsewhere' },
      message: `${wheel} is said to be at ${host}, not at ${new URL(server.url).host}`,
    });
    expect(other.asked).toEqual([]);
  });
  test('is not where a redirect leads', async () => {
    server.files.set('simple/left-pad/', redirect(`${other.url}/simple/left-pad/`));
    await expect((await open()).project('left-pad')).rejects.toMatchObject({ code: 'redirect-elsewhere' });
    expect(other.asked).toEqual([]);
  });
  test('is another path of the same origin', async () => {
    server.files.set('simple/left-pad/', redirect('/moved/simple/left-pad/'));
    server.files.set('moved/simple/left-pad/', page(`../files/${wheel}`));
    server.files.set(`moved/simple/files/${wheel}`, Buffer.from(`the file ${wheel}`));
    await expect((await open()).wheel('left-pad', wheel)).resolves.toHaveLength(38);
  });
});

describe('the login', () => {
  const seen = (): (string | undefined)[] => {
    const authorizations: (string | undefined)[] = [];
    server.files.set(`files/${wheel}`, (response) => {
      authorizations.push(response.req.headers.authorization);
      response.end(`the file ${wheel}`);
    });
    return authorizations;
  };
  const basic = (login: string): string => `Basic ${Buffer.from(login).toString('base64')}`;
  test('of the address goes to the index', async () => {
    const authorizations = seen();
    const client = await open(server.index.replace('//', '//robot:s%3Acret@'));
    await client.wheel('left-pad', wheel);
    expect(authorizations).toEqual([basic('robot:s:cret')]);
    expect(client.address).toBe(server.index.replace('//', '//robot:s%3Acret@'));
  });
  test('is that of .netrc where the address has none', async () => {
    const authorizations = seen();
    await writeFile(join(folder, 'netrc'), 'machine 127.0.0.1 login robot password s3cret\n');
    vi.stubEnv('NETRC', join(folder, 'netrc'));
    const client = await open();
    await client.wheel('left-pad', wheel);
    expect(authorizations).toEqual([basic('robot:s3cret')]);
    expect(client.address).toBe(server.index.replace('//', '//robot:s3cret@'));
  });
  test('is none where nothing says one', async () => {
    const authorizations = seen();
    await (await open()).wheel('left-pad', wheel);
    expect(authorizations).toEqual([undefined]);
  });
  test('stands in no message', async () => {
    const client = await open(server.index.replace('//', '//robot:s3cret@'));
    server.files.set('simple/a/', (response) => void response.writeHead(403).end());
    server.files.set('simple/b/', redirect(`${other.url.replace('//', '//robot:s3cret@')}/b`));
    server.files.set('simple/c/', (response) => void response.socket?.destroy());
    for (const name of ['a', 'b', 'c', 'missing'])
      await expect(client.project(name)).rejects.toSatisfy(
        (error: Error) => !/s3cret|robot/u.test(`${error.message} ${String(error.cause)}`),
      );
  });
});

describe('attestations', () => {
  const announce = (provenance: string | undefined): void =>
    void server.files.set(
      'simple/left-pad/',
      Buffer.from(JSON.stringify({ files: [{ filename: wheel, url: wheel, hashes: {}, provenance }] })),
    );
  test('are those that the index names', async () => {
    announce(`${server.url}/integrity/left-pad`);
    server.files.set('integrity/left-pad', Buffer.from('{"version":1}'));
    const answer = await (await open()).provenance('left-pad', wheel);
    expect(answer?.toString()).toBe('{"version":1}');
  });
  test.each([
    ['it names none', undefined],
    ['they are not there', `${server.url}/integrity/left-pad`],
  ])('are none where %s', async (_, address) => {
    announce(address);
    await expect((await open()).provenance('left-pad', wheel)).resolves.toBeUndefined();
  });
  test('are not asked for elsewhere', async () => {
    announce(`${other.url}/integrity/left-pad`);
    await expect((await open()).provenance('left-pad', wheel)).rejects.toMatchObject({ code: 'wheel-elsewhere' });
  });
});

const certificate = makeCertificate(folder);
test.skipIf(certificate === undefined)(
  'follows an index with https to files elsewhere with https, and takes no login there',
  async () => {
    const seen: (string | undefined)[] = [];
    const listen = async (answer: () => Buffer): Promise<string> => {
      const listener = createTlsServer(certificate ?? {}, ({ headers }, response) => {
        seen.push(headers.authorization);
        response.end(answer());
      });
      await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
      onTestFinished(() => void listener.close());
      return `https://127.0.0.1:${(listener.address() as AddressInfo).port}/`;
    };
    const store = await listen(() => Buffer.from(`the file ${wheel}`));
    const index = await listen(() => page(`${store}${wheel}`));
    await writeFile(join(folder, 'ca.pem'), certificate?.cert ?? '');
    await stubNpmrc(folder, `cafile=${join(folder, 'ca.pem')}\n`);
    const again = await import('./index-client.ts');
    const address = readIndexAddress(index.replace('//', '//robot:s3cret@'), 'a test');
    const client = await again.openPackageIndex(address, quick);
    await expect(client.wheel('left-pad', wheel)).resolves.toHaveLength(38);
    const login = `Basic ${Buffer.from('robot:s3cret').toString('base64')}`;
    expect(seen).toEqual([login, undefined]);
    // A signer is not sent into its own network, whatever the index that it was configured with names there.
    seen.length = 0;
    const signers = await again.openPackageIndex(address, quick, 'public');
    await expect(signers.wheel('left-pad', wheel)).rejects.toMatchObject({ code: 'private-address' });
    expect(seen).toEqual([login]);
  },
);

test('may be asked by a signer on the same machine', async () => {
  const client = await open(server.index, quick, 'public');
  await expect(client.wheel('left-pad', wheel)).resolves.toHaveLength(38);
});
