import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { HttpFailure, NetworkFailure } from '../../core/address.ts';
import { Refusal } from '../../core/refusal.ts';
import { serveFiles } from '../../test/support/file-server.ts';
import { fetchFile } from './fetch-file.ts';

const [server, other] = await Promise.all([serveFiles(), serveFiles()]);
const url = `${server.url}/trust/status.json`;
const path = 'trust/status.json';

beforeEach(() => {
  server.files.clear();
  server.asked.length = 0;
});

const fetched = (maxBytes = 1000, ms = 5_000): Promise<Buffer> =>
  fetchFile(url, { maxBytes, signal: AbortSignal.timeout(ms) });
const failed = (...bounds: Parameters<typeof fetched>): Promise<unknown> =>
  fetched(...bounds).then(
    () => expect.unreachable(),
    (error: unknown) => error,
  );

test('gives the bytes of a file', async () => {
  server.files.set(path, Buffer.from('{}'));
  await expect(fetched(2)).resolves.toEqual(Buffer.from('{}'));
});

test.each([301, 302, 303, 307, 308])('takes a %d as an answer, and follows it nowhere', async (status) => {
  for (const location of [`${other.url}/${path}`, '/elsewhere', 'http://[', undefined]) {
    server.files.set(path, (response) => response.writeHead(status, location === undefined ? {} : { location }).end());
    const error = await failed();
    expect(error).toBeInstanceOf(HttpFailure);
    expect(error).toMatchObject({ code: 'http-status', status, message: `${url} answered ${status}` });
  }
  expect(other.asked).toEqual([]);
  expect(server.asked).toEqual(Array(4).fill(path));
});

test.each([204, 206, 304, 401, 404, 429, 500, 503])('takes a %d as an answer, once', async (status) => {
  server.files.set(path, (response) => response.writeHead(status).end());
  const error = await failed();
  expect(error).toBeInstanceOf(HttpFailure);
  expect(error).toMatchObject({ status });
  expect(server.asked).toEqual([path]);
});

test.each([
  ['with its length', { 'content-length': '100' }],
  ['in chunks', {}],
])('takes a file that breaks off for silence: %s', async (_, headers) => {
  server.files.set(path, (response) => {
    response.writeHead(200, headers).write('{"schema', () => response.destroy());
  });
  const error = await failed();
  expect(error).toBeInstanceOf(NetworkFailure);
  expect(error).toMatchObject({ message: `${url} cannot be reached: ECONNRESET` });
});

test('takes a connection that is closed at once for silence', async () => {
  server.files.set(path, (response) => response.destroy());
  expect(await failed()).toBeInstanceOf(NetworkFailure);
});

test('takes a file that does not end in time for silence', async () => {
  for (const begin of [() => undefined, (write: () => void) => write()]) {
    server.files.set(path, (response) => begin(() => response.writeHead(200).write('{')));
    const error = await failed(1000, 150);
    expect(error).toBeInstanceOf(NetworkFailure);
    expect(error).toMatchObject({ message: `${url} cannot be reached: no answer in time` });
  }
});

test('refuses a file longer than the limit, and reads no further', async () => {
  const closed = new Promise((resolve) => {
    server.files.set(path, (response) => {
      response.on('close', () => resolve(response.writableFinished));
      response.writeHead(200).write(Buffer.alloc(11));
    });
  });
  const error = await failed(10, 3_600_000);
  expect(error).toBeInstanceOf(Refusal);
  expect(error).toMatchObject({ code: 'E_TOO_LARGE', message: `${url} is larger than 10 bytes` });
  await expect(closed).resolves.toBe(false);
}, 5_000);

test('takes the bytes as they are sent, packed or not', async () => {
  const packed = Buffer.from('H4sIAAAAAAAAA6uuBQBDv6ajAgAAAA==', 'base64');
  server.files.set(path, (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed));
  await expect(fetched()).resolves.toEqual(packed);
});

const fetchAlone = `
  import { fetchFile } from ${JSON.stringify(join(import.meta.dirname, 'fetch-file.ts'))};
  const bounds = { maxBytes: 100, signal: AbortSignal.timeout(5_000) };
  await fetchFile(process.argv[1], bounds).then(
    (bytes) => process.stdout.write(bytes),
    (error) => process.stdout.write(error.message),
  );
`;

/** In a process of its own: the environment is read once. */
async function fetchWithProxy(address: string): Promise<string> {
  // Nobody listens on port 1.
  const proxy = 'http://127.0.0.1:1/';
  const { PATH } = process.env;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', fetchAlone, address], {
    env: {
      PATH,
      HTTP_PROXY: proxy,
      HTTPS_PROXY: proxy,
      http_proxy: proxy,
      https_proxy: proxy,
      npm_config_proxy: proxy,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return said;
}

test('goes through a proxy, but not to this machine', async () => {
  server.files.set(path, Buffer.from('{}'));
  // The second is a name, whatever it begins with.
  for (const address of ['http://mcp.example.test/x', 'http://127.example.test/x'])
    await expect(fetchWithProxy(address)).resolves.toBe(`${address} cannot be reached: ECONNREFUSED`);
  await expect(fetchWithProxy(url)).resolves.toBe('{}');
  await expect(fetchWithProxy(url.replace('127.0.0.1', 'localhost'))).resolves.toBe('{}');
});
