import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
// oxlint-disable-next-line no-restricted-imports -- builders for tests alone
import { temporaryFolder } from '../../../test/support/folder.ts';
import { openFilter, type FilterRules } from './filter.ts';
import { machineProxy } from './machine-proxy.ts';

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** A filter, and what it answers to words of a client. */
async function filter(rules: Partial<FilterRules>): Promise<(words: string) => Promise<string>> {
  const path = join(await temporaryFolder(), 'network');
  const opened = await openFilter(path, {
    ...{ permitted: [], proxyFor: async () => undefined, onRefused: () => undefined },
    ...rules,
  });
  onTestFinished(() => opened.end());
  return async (words) => {
    const client = connect(path);
    const chunks: Buffer[] = [];
    client.on('data', (chunk: Buffer) => chunks.push(chunk));
    client.write(words);
    await once(client, 'close');
    return Buffer.concat(chunks).toString('latin1');
  };
}

test('forwards a request in the clear, without what is for the way only, to the host that was judged', async () => {
  const seen: IncomingMessage[] = [];
  const port = await listening(createServer((incoming, response) => (seen.push(incoming), response.end('reached'))));
  const ask = await filter({ permitted: [`localhost:${port}`] });
  const answer = await ask(
    `GET http://localhost:${port}/a?b HTTP/1.1\r\nHost: other.example.com\r\nProxy-Authorization: x\r\nConnection: close\r\n\r\n`,
  );
  expect(answer).toMatch(/^HTTP\/1\.1 200 /u);
  expect(answer).toContain('reached');
  expect(seen[0]?.url).toBe('/a?b');
  expect(seen[0]?.headers).toMatchObject({ host: `localhost:${port}` });
  expect(seen[0]?.headers).not.toHaveProperty('proxy-authorization');
});

test('says what it refuses', async () => {
  const refused: string[] = [];
  const ask = await filter({ permitted: ['api.example.com:443'], onRefused: (to) => refused.push(to) });
  expect(await ask('CONNECT evil.example.com:443 HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1\.1 403 /u);
  expect(await ask('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 403 /u);
  expect(refused).toEqual(['evil.example.com:443']);
});

test('goes through the proxy of the machine, which may know names that the machine does not', async () => {
  const asked: [string | undefined, string | undefined][] = [];
  const proxy = createServer();
  proxy.on('connect', (incoming: IncomingMessage, socket) => {
    asked.push([incoming.url, incoming.headers['proxy-authorization']]);
    socket.end('HTTP/1.1 200 OK\r\n\r\nthrough the proxy');
  });
  const port = await listening(proxy);
  const httpsProxy = `http://ada:secret@127.0.0.1:${port}`;
  const ask = await filter({
    permitted: ['inside.invalid:443'],
    proxyFor: async (to) => machineProxy({ httpsProxy }, {}, to),
  });
  expect(await ask('CONNECT inside.invalid:443 HTTP/1.1\r\n\r\n')).toMatch(
    /200 Connection Established[^]*through the proxy/u,
  );
  expect(asked).toEqual([['inside.invalid:443', `Basic ${Buffer.from('ada:secret').toString('base64')}`]]);
});

test.each([
  ['api.example.com', 443, 'http://secure:1/'],
  ['api.example.com', 80, 'http://plain:1/'],
  ['inside.example.org', 443, undefined],
  ['example.org', 443, undefined],
  ['notexample.org', 443, 'http://secure:1/'],
])('reaches %s:%d through %s', (host, port, through) => {
  const [httpsProxy, proxy, noProxy] = ['http://secure:1', 'http://plain:1', '.example.org, other'];
  expect(machineProxy({ httpsProxy, proxy, noProxy }, {}, { host, port })?.href).toBe(through);
  const lower = { https_proxy: httpsProxy, http_proxy: proxy, no_proxy: noProxy };
  const upper = { HTTPS_PROXY: httpsProxy, HTTP_PROXY: proxy, NO_PROXY: noProxy };
  const unset = { httpsProxy: null, noProxy: '' };
  for (const environment of [lower, upper])
    expect(machineProxy(unset, environment, { host, port })?.href).toBe(through);
});

test('npm is asked before the variables', () => {
  const environment = { HTTPS_PROXY: 'http://variable:1', NO_PROXY: '*' };
  const settings = { httpsProxy: 'http://npm:1', noProxy: 'other' };
  expect(machineProxy(settings, environment, { host: 'api.example.com', port: 443 })?.href).toBe('http://npm:1/');
});
