/** Serves dist/ on this machine, with the headers that a CDN is to send. */
import { createServer, type Server } from 'node:http';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sirv from 'sirv';
import { Failure, systemCode } from '../../core/failure.ts';
import { immutableCache, isImmutable } from './delivery.ts';

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
    setHeaders: (response, path) => {
      response.setHeader('Cache-Control', isImmutable(path.slice(1)) ? immutableCache : 'no-cache');
    },
  });
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    files(request, response, () => {
      response.setHeader('Cache-Control', 'no-cache');
      readFile(join(dist, '404.html')).then(
        (page) => response.writeHead(404, { 'Content-Type': 'text/html;charset=utf-8' }).end(page),
        () => response.writeHead(404).end(),
      );
    });
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
