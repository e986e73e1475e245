/** The configurations of docs/hosting, each in its own server: they answer as `registry serve` does. */
import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { request, type IncomingHttpHeaders } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serveDist } from '../../scripts/publish/server.ts';
import { temporaryFolder } from '../support/folder.ts';
import { needProgram } from '../support/program.ts';

const published = [
  'index.html',
  '404.html',
  'search.json',
  'ai-catalog.json',
  'feed.xml',
  'openapi.yaml',
  'publication.json',
  '_astro/page.a1b2c3d4.css',
  'servers/index.html',
  'servers/github.json',
  'servers/github/index.html',
  'approvals/a1.json',
  'plugins/a1.zip',
  'manifests/a1.yaml',
  'metadata/timestamp.json',
  'metadata/1.root.json',
  'targets/launcher/a1.countersign.tgz',
  'trust/status.json',
  'v0.1/servers.json',
  'v0.1/servers/com.example/github/versions.json',
  'v0.1/servers/com.example/github/versions/latest.json',
  'v0.1/servers/com.example/github/versions/1.0.0+x@y.json',
  '.generation.json',
  'a b/é.json',
];
/** Long enough to be worth compressing. */
const textOf = (file: string): string => `the bytes of ${file}, and ${'more '.repeat(300)}`;

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
}

/** With the path as it stands: `fetch` would tidy it up. */
const ask = (port: number, method: string, path: string, headers: Record<string, string> = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        const bytes = Buffer.concat(parts);
        const zipped = response.headers['content-encoding'] === 'gzip' && bytes.byteLength > 0;
        const body = (zipped ? gunzipSync(bytes) : bytes).toString('utf8');
        resolve({ status: response.statusCode ?? 0, body, headers: response.headers });
      });
    })
      .on('error', reject)
      .end();
  });

/** What the answers of two servers have in common. A redirect, and what is refused, have bodies of their own. */
function common({ status, body, headers }: Answer): unknown {
  const type = (headers['content-type'] ?? '').replaceAll(' ', '');
  const { location } = headers;
  return {
    status,
    ...(location !== undefined && { location: location.replace(/^https?:\/\/[^/]+/u, '') }),
    ...(status < 300 || status === 404 || status === 400
      ? { body: body.slice(0, 60), ...(body !== '' && { type }) }
      : {}),
    ...(status < 300 && status !== 204 && { cache: headers['cache-control'] }),
    ...Object.fromEntries(
      [
        ...['content-security-policy', 'x-content-type-options', 'referrer-policy', 'cross-origin-opener-policy'],
        ...['access-control-allow-origin', 'access-control-allow-methods', 'access-control-allow-headers'],
        ...['access-control-max-age', 'allow', 'content-encoding', 'content-range'],
      ].map((name) => [name, headers[name]]),
    ),
  };
}

type Asked = [method: string, path: string, headers: Record<string, string>];

const asked: readonly Asked[] = [
  ...[...published, 'nothing.json', 'servers/unknown/', 'servers', 'servers/github', 'servers/', 'servers/github/'].map(
    (path): Asked => ['GET', `/${encodeURI(path)}`, {}],
  ),
  ['GET', '/', {}],
  ['GET', '/.well-known/ai-catalog.json', {}],
  ['GET', '/.well-known/other.json', {}],
  ['HEAD', '/', {}],
  ['GET', '/?q=postgres', {}],
  ['GET', '/servers/github?x=1', {}],
  ['GET', '/servers%2Fgithub.json', {}],
  ['GET', '/servers//github.json', {}],
  ['GET', '//example.com', {}],
  ['GET', '//example', {}],
  ['GET', '/%2F%2Fexample', {}],
  ['GET', '/a%20b', {}],
  ['GET', '/a%20b/%C3%A9.json', {}],
  ['GET', '/x%0d%0aSet-Cookie:%20a', {}],
  ['POST', '/', {}],
  ['OPTIONS', '/', {}],
  ['OPTIONS', '/servers/github.json', {}],
  ['GET', '/v0.1/servers', {}],
  ['GET', '/v0.1/servers/', {}],
  ['GET', '/v0.1/servers?limit=1', {}],
  ['GET', '/v0.1/servers?cursor=', {}],
  ['GET', '/v0.1/servers?cursor=a1b2-7', {}],
  ['GET', '/v0.1/servers?cursor=../x', {}],
  ['GET', '/v0/servers', {}],
  ['GET', '/v0/servers?cursor=a1b2-7', {}],
  ['GET', '/v0/servers/com.example%2Fgithub/versions/latest', {}],
  ['GET', '/v0.1', {}],
  ['GET', '/v0.1/', {}],
  ['GET', '/v0.1/servers/com.example%2Fgithub/versions', {}],
  ['GET', '/v0.1/servers/com.example/github/versions/latest', {}],
  ['GET', '/v0.1/servers/com.example/github/versions/1.0.0%2Bx@y', {}],
  ['GET', '/v0.1/servers/com.example/github/versions/9', {}],
  ['HEAD', '/v0.1/servers', {}],
  ['OPTIONS', '/v0.1/servers', {}],
  ['OPTIONS', '/v0.1/servers/com.example%2Fgithub/versions', {}],
  ['DELETE', '/v0.1/servers', {}],
  ['GET', '/search.json', { 'Accept-Encoding': 'gzip' }],
  ['GET', '/search.json', { Range: 'bytes=4-8' }],
];

/** A server in its own process, and how it is told where the files are and which port is free. */
interface Peer {
  readonly program: string;
  /** The word that makes it say its version. */
  readonly asks: string;
  readonly file: string;
  readonly words: (file: string, folder: string) => readonly string[];
  readonly place: (text: string, dist: string, port: number) => string;
}

const peers: readonly Peer[] = [
  {
    program: 'nginx',
    asks: '-v',
    file: 'nginx.conf',
    words: (file, folder) => ['-p', folder, '-c', file, '-e', 'stderr'],
    place: (text, dist, port) =>
      `daemon off; master_process off; pid nginx.pid; events {} http { access_log off; client_body_temp_path t; proxy_temp_path t; fastcgi_temp_path t; uwsgi_temp_path t; scgi_temp_path t;\n${text
        .replace('127.0.0.1:8080', `127.0.0.1:${port}`)
        .replaceAll('/srv/registry', dist)} }`,
  },
  {
    program: 'caddy',
    asks: 'version',
    file: 'Caddyfile',
    words: (file) => ['run', '--adapter', 'caddyfile', '--config', file],
    place: (text, dist, port) =>
      `{\n admin off\n auto_https off\n}\n${text
        .replace('\nregistry.example.com {', `\nhttp://127.0.0.1:${port} {`)
        .replaceAll('/srv/registry', dist)}`,
  },
];

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

let dist = '';
let ours = 0;
let server: Awaited<ReturnType<typeof serveDist>>;
beforeAll(async () => {
  dist = join(await temporaryFolder(), 'dist');
  for (const file of published) {
    await mkdir(dirname(join(dist, file)), { recursive: true });
    await writeFile(join(dist, file), textOf(file));
  }
  server = await serveDist(dist, { port: 0, host: '127.0.0.1' });
  ours = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe.each(peers)('$program', async ({ program, asks, file, words, place }) => {
  const there = await needProgram(program, [asks]);
  let port = 0;
  const ending = new AbortController();
  beforeAll(async () => {
    if (!there) return;
    const folder = await temporaryFolder();
    port = await freePort();
    const text = await readFile(join(import.meta.dirname, '../../docs/hosting', file), 'utf8');
    await writeFile(join(folder, file), place(text, dist, port));
    const child = spawn(program, words(join(folder, file), folder), {
      env: { PATH: process.env['PATH'], HOME: folder },
      stdio: ['ignore', 'ignore', 'pipe'],
      signal: ending.signal,
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (part: string) => (said += part));
    child.on('error', () => undefined);
    for (let tries = 0; tries < 100; tries++) {
      if (
        await ask(port, 'GET', '/').then(
          () => true,
          () => false,
        )
      )
        return;
      await setTimeout(50);
    }
    throw new Error(`${program} does not answer, and said: ${said}`);
  });
  afterAll(() => ending.abort());

  test.each<Asked>([...asked])('answers %s %s %o as we do', async (method, path, headers) => {
    const [theirs, own] = await Promise.all([ask(port, method, path, headers), ask(ours, method, path, headers)]);
    expect(common(theirs)).toEqual(common(own));
  });

  test.each(['/..%2f..%2fetc%2fpasswd', '/../../etc/passwd', '/%00', '/servers/%2e%2e/%2e%2e/x'])(
    'never leaves its folder: %s',
    async (path) => {
      for (const each of [port, ours]) expect([400, 404]).toContain((await ask(each, 'GET', path)).status);
    },
  );

  test('sends nothing again that did not change', async () => {
    const { headers } = await ask(port, 'GET', '/search.json');
    const again = await ask(port, 'GET', '/search.json', { 'If-None-Match': headers.etag ?? '' });
    expect(again).toMatchObject({ status: 304, body: '' });
  });
});
