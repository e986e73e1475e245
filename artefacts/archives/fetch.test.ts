import type { ServerResponse } from 'node:http';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sha256 } from '../../core/digest.ts';
import type { Times } from '../../core/download.ts';
import { serveFiles, type FileServer } from '../../test/support/file-server.ts';
import { fetchArchive, type FetchOptions } from './fetch.ts';

const bytes = Buffer.from([0x1f, 0x8b, 0, 255, 10]);
const times: Times = { tryMs: 2_000, pauseMs: 1, retries: 2, deadlineMs: 5_000 };
let server: FileServer;

beforeAll(async () => {
  server = await serveFiles();
});

beforeEach(() => {
  server.asked.length = 0;
  server.files.set('tiny.tgz', bytes);
});

const fetched = (path: string, options: FetchOptions = {}): Promise<Buffer> =>
  fetchArchive(`${server.url}/${path}`, { times, isLoopback: true, ...options });

const redirect =
  (location: string) =>
  (response: ServerResponse): void =>
    void response.writeHead(302, { location }).end();

test('gives the bytes as they are served', async () => {
  expect(await fetched('tiny.tgz')).toEqual(bytes);
  expect(await fetched('tiny.tgz', { sha256: sha256(bytes) })).toEqual(bytes);
});

test('follows a redirect on the same server', async () => {
  server.files.set('latest.tgz', redirect('/tiny.tgz'));
  expect(await fetched('latest.tgz')).toEqual(bytes);
});

test('tries again where the fault may pass', async () => {
  let answers = 0;
  server.files.set('busy.tgz', (response) => (++answers < 3 ? response.writeHead(503).end() : response.end(bytes)));
  await expect(fetched('busy.tgz')).resolves.toEqual(bytes);
});

describe('fails', () => {
  test.each([401, 403, 404, 410])('where the answer is %i', async (status) => {
    server.files.set('x.tgz', (response) => response.writeHead(status).end());
    await expect(fetched('x.tgz')).rejects.toMatchObject({ code: 'no-such-archive' });
    expect(server.asked).toHaveLength(1);
  });

  test('where the server is at fault', async () => {
    server.files.set('x.tgz', (response) => response.writeHead(500).end());
    await expect(fetched('x.tgz')).rejects.toMatchObject({ code: 'http-status' });
  });

  test('where a redirect leads to another host without https', async () => {
    server.files.set('x.tgz', redirect('http://127.0.0.2:1/tiny.tgz'));
    await expect(fetched('x.tgz')).rejects.toMatchObject({ code: 'redirect-elsewhere' });
  });

  test.each([
    'http://example.com/tiny.tgz',
    'file:///etc/passwd',
    'https://ada@example.com/tiny.tgz',
    'https://:secret@example.com/tiny.tgz',
    'http://localhost/tiny.tgz',
    'tiny.tgz',
  ])('for the address %s, and never shows a secret', async (url) => {
    await expect(fetchArchive(url, { isLoopback: true })).rejects.toMatchObject({
      code: 'archive-not-https',
      message: expect.not.stringContaining('secret') as string,
    });
  });

  test('where the address must be public, and is not', async () => {
    await expect(fetched('tiny.tgz', { isPublic: true })).rejects.toMatchObject({ code: 'private-address' });
    expect(server.asked).toEqual([]);
  });

  test('where an https server is not there', async () => {
    const url = 'https://127.0.0.1:1/tiny.tgz';
    await expect(fetchArchive(url, { times })).rejects.toMatchObject({ code: 'network' });
  });

  test('for http without being told', async () => {
    await expect(fetchArchive(`${server.url}/tiny.tgz`)).rejects.toMatchObject({ code: 'archive-not-https' });
  });
});

test('refuses other bytes than were approved', async () => {
  await expect(fetched('tiny.tgz', { sha256: '0'.repeat(64) })).rejects.toMatchObject({
    code: 'E_DIGEST',
    message: `${server.url}/tiny.tgz has the sha256 ${sha256(bytes)}, not ${'0'.repeat(64)}`,
  });
});
