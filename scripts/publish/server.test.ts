import { mkdir, symlink, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folder.ts';
import { serveDist } from './server.ts';

const text = 'the text of a page. '.repeat(200);
let dist: string;
let server: Awaited<ReturnType<typeof serveDist>> | undefined;

beforeEach(async () => {
  dist = join(await temporaryFolder(), 'dist');
  await mkdir(dist);
  for (const [name, content] of Object.entries({ 'search.json': text, '404.html': 'nothing here', 'notes.doc': 'x' }))
    await writeFile(join(dist, name), content);
});
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function ask(path: string, headers: Record<string, string> = {}, uncached = false): Promise<Response> {
  server = await serveDist(dist, { port: 0, host: '127.0.0.1', uncached });
  return fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, { headers });
}

test('compresses for who can read it, and sends the same text', async () => {
  const answer = await ask('/search.json', { 'Accept-Encoding': 'gzip' });
  expect(answer.headers.get('content-encoding')).toBe('gzip');
  expect(answer.headers.get('vary')).toContain('Accept-Encoding');
  expect(await answer.text()).toBe(text);
});

test('compresses nothing for who cannot read it', async () => {
  const answer = await ask('/search.json', { 'Accept-Encoding': 'identity' });
  expect(answer.headers.get('content-encoding')).toBeNull();
  expect(answer.headers.get('content-length')).toBe(String(text.length));
});

test('gives a part of a file as it is', async () => {
  const answer = await ask('/search.json', { Range: 'bytes=4-7', 'Accept-Encoding': 'gzip' });
  expect(answer.status).toBe(206);
  expect(answer.headers.get('content-range')).toBe(`bytes 4-7/${text.length}`);
  expect(await answer.text()).toBe('text');
});

test('refuses a part that is not there', async () => {
  expect((await ask('/search.json', { Range: 'bytes=9000-' })).status).toBe(416);
});

test('serves no file to which a link leads out of its folder', async () => {
  const secret = join(dist, '../secret.json');
  await writeFile(secret, 'secret');
  await symlink(secret, join(dist, 'link.json'));
  await symlink(join(dist, '..'), join(dist, 'above'));
  for (const path of ['/link.json', '/above/secret.json']) {
    const answer = await ask(path);
    expect(answer.status).toBe(404);
    expect(await answer.text()).toBe('nothing here');
  }
});

test('serves no file that could not be published', async () => {
  expect((await ask('/notes.doc')).status).toBe(404);
});

test('lets nothing be cached that changes, for who builds again and again', async () => {
  expect((await ask('/search.json')).headers.get('cache-control')).toBe('public, max-age=300');
  expect((await ask('/search.json', {}, true)).headers.get('cache-control')).toBe('no-cache');
});

test('says what to do where the address is not of this machine', async () => {
  await expect(serveDist(dist, { port: 0, host: '192.0.2.1' })).rejects.toMatchObject({
    code: 'no-such-address',
    remedy: 'give --host an address of this machine, or 0.0.0.0 for all of them',
  });
});
