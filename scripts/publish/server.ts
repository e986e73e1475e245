/** Serves dist/ on this machine as the CDN does: with the same routing, and the same headers. */
import { createServer, type Server } from 'node:http';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sirv from 'sirv';
import { Failure, systemCode } from '../../core/failure.ts';
import { immutableCache, isImmutable } from './delivery.ts';
import { crossOrigin, isApi, plainAnswer, route } from './route.ts';

/** What every answer carries. The catalog has no inline script or style, and asks no other host for anything. */
const headers: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
};

/** @throws Failure `port-in-use` */
export async function serveDist(dist: string, port: number): Promise<Server> {
  // `dev` looks at the disk for each request, so that a new build is served without a restart.
  const files = sirv(dist, {
    dev: true,
    etag: true,
    // Routing has found the file.
    extensions: [],
    setHeaders: (response, path) => {
      response.setHeader('Cache-Control', isImmutable(path.slice(1)) ? immutableCache : 'no-cache');
    },
  });
  const server = createServer((request, response) => {
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
      readFile(join(dist, '404.html')).then(
        (page) => response.writeHead(404, { 'Content-Type': 'text/html;charset=utf-8' }).end(page),
        () => response.writeHead(404).end(),
      );
    };
    if (found.kind !== 'file') {
      missing();
      return;
    }
    request.url = `/${encodeURI(found.key)}`;
    files(request, response, missing);
  });
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        systemCode(cause) === 'EADDRINUSE'
          ? new Failure(
              'port-in-use',
              `port ${port} is in use`,
              `stop what uses it, or choose another with --port ${port + 1}`,
              { cause },
            )
          : cause,
      );
    });
    server.listen(port, 'localhost', () => resolve(server));
  });
}

/** As it was sent: the CDN does not decode it either. */
function cursorIn(query: string): string | undefined {
  const found = query.split('&').find((each) => each.startsWith('cursor='));
  return found?.slice('cursor='.length);
}
