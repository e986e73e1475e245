/** The exports of some servers behind `registry serve`. */
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll } from 'vitest';
import { serveDist } from '../../scripts/publish/server.ts';
import { exportedFolder } from './exported-folder.ts';
import { exportedServers } from './exported-servers.ts';

/** Served while the tests of a file run. The function asks for a path as it stands. */
export function servedExports(servers = exportedServers()): (path: string, init?: RequestInit) => Promise<Response> {
  let address = '';
  let stop: () => Promise<void>;
  beforeAll(async () => {
    const server = await serveDist(await exportedFolder(servers), { port: 0 });
    address = `http://localhost:${(server.address() as AddressInfo).port}`;
    stop = () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    };
  });
  afterAll(() => stop());
  return (path, init) => fetch(`${address}${path}`, init);
}
