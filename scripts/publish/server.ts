/** Serves dist/ as the CDN does: with the same routing, the same headers, and compressed. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { realpathSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import compression from 'compression';
import sirv from 'sirv';
import { Failure, systemCode } from '../../core/failure.ts';
import { headersOf, isDelivered } from './delivery.ts';
import { crossOrigin, isApi, plainAnswer, route } from './route.ts';

/** What every answer carries. The catalog has no inline script or style, and asks no other host for anything. */
const headers: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
};

/** A part of a compressed file is of no use to whoever asks for a part of the file. */
const compress = compression({
  filter: (request, response) => request.headers.range === undefined && compression.filter(request, response),
});

export interface Serving {
  readonly port: number;
  readonly host?: string;
  /** Nothing is cached but what never changes: for whoever builds again and again. */
  readonly uncached?: boolean;
}

/** @throws Failure `port-in-use`, `no-such-address` */
export async function serveDist(
  dist: string,
  { port, host = 'localhost', uncached = false }: Serving,
): Promise<Server> {
  // `dev` looks at the disk for each request, so that a new build is served without a restart.
  const files = sirv(dist, {
    dev: true,
    etag: true,
    // Routing has found the file.
    extensions: [],
    setHeaders: (response, path) => {
      const { type, cacheControl } = headersOf(path.slice(1));
      response.setHeader('Content-Type', type);
      response.setHeader('Cache-Control', uncached && !cacheControl.includes('immutable') ? 'no-cache' : cacheControl);
    },
  });
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const { method = '', url = '' } = request;
    const [path = '', query = ''] = url.split(/\?(?<query>.*)/su);
    if (isApi(path)) for (const [name, value] of crossOrigin) response.setHeader(name, value);
    const cursor = cursorIn(query);
    const found = route({ method, path, ...(cursor !== undefined && { cursor }) });
    const plain = plainAnswer(found);
    if (plain !== undefined) {
      response.writeHead(plain.status, Object.fromEntries(plain.headers)).end(plain.body);
      return;
    }
    const missing = (): void => {
      response.setHeader('Cache-Control', 'no-cache');
      const inApi = isApi(path) ? plainAnswer({ kind: 'missing-server' }) : undefined;
      if (inApi !== undefined) {
        response.writeHead(inApi.status, Object.fromEntries(inApi.headers)).end(inApi.body);
        return;
      }
      readFile(join(dist, '404.html')).then(
        (page) => response.writeHead(404, { 'Content-Type': 'text/html;charset=utf-8' }).end(page),
        () => response.writeHead(404).end(),
      );
    };
    if (found.kind !== 'file' || !isDelivered(found.key) || !liesInside(dist, found.key)) {
      missing();
      return;
    }
    request.url = `/${encodeURI(found.key)}`;
    files(request, response, missing);
  };
  const server = createServer((request, response) => compress(request, response, () => answer(request, response)));
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(listeningFailure(cause, { port, host }));
    });
    server.listen(port, host, () => resolve(server));
  });
}

function listeningFailure(cause: unknown, { port, host }: { readonly port: number; readonly host: string }): unknown {
  switch (systemCode(cause)) {
    case 'EADDRINUSE': {
      const remedy = `stop what uses it, or choose another with --port ${port + 1}`;
      return new Failure('port-in-use', `port ${port} is in use`, remedy, { cause });
    }
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND': {
      const remedy = 'give --host an address of this machine, or 0.0.0.0 for all of them';
      return new Failure('no-such-address', `${host} is no address of this machine`, remedy, { cause });
    }
    default:
      return cause;
  }
}

/** Whether there is such a file in the folder: no link may lead out of it. */
function liesInside(dist: string, key: string): boolean {
  try {
    return realpathSync(join(dist, key)).startsWith(realpathSync(dist) + sep);
  } catch {
    return false;
  }
}

/** As it was sent: the CDN does not decode it either. */
function cursorIn(query: string): string | undefined {
  const found = query.split('&').find((each) => each.startsWith('cursor='));
  return found?.slice('cursor='.length);
}
