/** Files over HTTP or HTTPS on loopback, any of which a test may put another in place of. */
import { readFile } from 'node:fs/promises';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { Certificate } from './certificate.ts';

export interface FileServer {
  readonly url: string;
  /** By path without the leading slash: other bytes, or another answer. They win over the folder's files. */
  readonly files: Map<string, Uint8Array | ((response: ServerResponse) => void)>;
  /** Paths that were asked for, in order. */
  readonly asked: string[];
  /** Whether every connection is broken off. */
  silent: boolean;
  /** Answers what no other file is there for. */
  otherwise: ((path: string, response: ServerResponse) => void) | undefined;
  close(): Promise<void>;
}

/** Serves a folder where one is given, with a certificate over HTTPS. Closed after the tests of the file. */
export async function serveFiles(folder?: string, certificate?: Certificate): Promise<FileServer> {
  const files: FileServer['files'] = new Map();
  const asked: string[] = [];
  const state: Pick<FileServer, 'silent' | 'otherwise'> = { silent: false, otherwise: undefined };
  const answer: RequestListener = (request, response) => {
    const path = decodeURIComponent((request.url ?? '').slice(1));
    asked.push(path);
    const file = files.get(path);
    if (state.silent) request.socket.destroy();
    else if (typeof file === 'function') file(response);
    else if (file !== undefined) response.end(file);
    else if (state.otherwise !== undefined) state.otherwise(path, response);
    else if (folder === undefined) response.writeHead(404).end();
    else
      readFile(join(folder, path)).then(
        (bytes) => response.end(bytes),
        () => response.writeHead(404).end(),
      );
  };
  const server = certificate === undefined ? createServer(answer) : createSecureServer(certificate, answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  afterAll(close);
  const url = `${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(state, { url, files, asked, close });
}
