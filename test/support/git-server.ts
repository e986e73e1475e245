/** Repositories over http or https on loopback, as a forge serves them: git's own `http-backend` behind Node's server. */
import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';
import type { Certificate } from './certificate.ts';

export interface GitServer {
  /** Of the repository. */
  readonly url: string;
  /** `name:password` that it asks for. */
  account: string | undefined;
  /** Answers instead of git. */
  instead: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
}

/** Serves one folder with a `.git` in it, with a certificate over https. Closed after the tests of the file. */
export async function serveGit(root: string, certificate?: Certificate): Promise<GitServer> {
  const state: Pick<GitServer, 'account' | 'instead'> = { account: undefined, instead: undefined };
  const listener: RequestListener = (request, response) => {
    const given = Buffer.from((request.headers.authorization ?? '').replace(/^Basic /u, ''), 'base64').toString('utf8');
    if (state.account !== undefined && given !== state.account)
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
    else if (state.instead !== undefined) state.instead(request, response);
    else answer(root, request, response);
  };
  const server = certificate === undefined ? createServer(listener) : createSecureServer(certificate, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return Object.assign(state, {
    url: `${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}/.git`,
  });
}

/** CGI (RFC 3875), as far as `git http-backend` needs it. */
function answer(root: string, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, search } = new URL(request.url ?? '/', 'http://127.0.0.1');
  const header = (name: string): string => String(request.headers[name] ?? '');
  const child = spawn('git', ['http-backend'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {
      ...process.env,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_PROTOCOL: header('git-protocol'),
      REQUEST_METHOD: request.method ?? 'GET',
      PATH_INFO: pathname,
      QUERY_STRING: search.slice(1),
      CONTENT_TYPE: header('content-type'),
      HTTP_CONTENT_ENCODING: header('content-encoding'),
      REMOTE_ADDR: '127.0.0.1',
    },
  });
  child.stdin.on('error', () => undefined);
  request.pipe(child.stdin);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.on('close', () => {
    const bytes = Buffer.concat(chunks);
    const end = bytes.indexOf('\r\n\r\n');
    const headers = new Map(
      bytes
        .toString('latin1', 0, end)
        .split('\r\n')
        .map((line): [string, string] => {
          const colon = line.indexOf(':');
          return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
        }),
    );
    const status = Number.parseInt(headers.get('status') ?? '200', 10);
    headers.delete('status');
    response.writeHead(status, Object.fromEntries(headers)).end(bytes.subarray(end + 4));
  });
}
