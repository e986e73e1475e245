/**
 * Waits on loopback for the answer that a browser brings (RFC 8252, 7.3). Every page in the browser can send requests here: only
 * one with the right `state` is taken, and it is the last one.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Callback {
  readonly redirectUri: string;
  /** What the browser brought. Rejects with the reason of the signal. */
  readonly answer: Promise<URLSearchParams>;
  /** Must be called, whatever happens. */
  readonly close: () => void;
}

export async function listenForAnswer(state: string, signal: AbortSignal): Promise<Callback> {
  const { promise, resolve, reject } = Promise.withResolvers<URLSearchParams>();
  // Nobody waits for it where something else fails first.
  promise.catch(() => undefined);
  let isTaken = false;
  const server = createServer({ maxHeaderSize: 16_384, headersTimeout: 10_000, requestTimeout: 10_000 });
  server.maxConnections = 16;
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(0, '127.0.0.1', listening);
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  server.on('request', (request, response) => {
    const found = isTaken ? undefined : answerIn(request, host, state);
    if (found === undefined) return say(response, isTaken ? 410 : 404, 'There is nothing here.');
    isTaken = true;
    say(response, 200, 'countersign has the answer. You can close this page, and look at the terminal.');
    return resolve(found);
  });
  const stop = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  return {
    redirectUri: `http://${host}${path}`,
    answer: promise,
    close: () => {
      signal.removeEventListener('abort', stop);
      server.close();
      // One that is being answered ends by itself.
      server.closeIdleConnections();
      setTimeout(() => server.closeAllConnections(), 1_000).unref();
    },
  };
}

const path = '/callback';

function answerIn({ method, url, headers }: IncomingMessage, host: string, state: string): URLSearchParams | undefined {
  // Another name for this address is one that a page chose.
  const asked = URL.parse(url ?? '', `http://${host}`);
  if (method !== 'GET' || headers.host !== host || asked?.host !== host || asked.pathname !== path) return undefined;
  const { searchParams } = asked;
  return searchParams.getAll('state').length === 1 && searchParams.get('state') === state ? searchParams : undefined;
}

/** Nothing of the request is repeated, and nothing is kept or passed on. */
const say = (response: ServerResponse, status: number, text: string): void =>
  void response
    .writeHead(status, {
      ...{ 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', connection: 'close' },
      ...{ 'content-security-policy': "default-src 'none'", 'referrer-policy': 'no-referrer' },
    })
    .end(`${text}\n`);
