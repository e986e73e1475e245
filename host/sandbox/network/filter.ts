/** The one way out of a sandbox: a proxy on a socket that is a file, which lets through what the manifest names. */
import {
  createServer,
  request,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { pipeline, type Duplex } from 'node:stream';
import { messageOf } from '../../../core/failure.ts';
import { maxServerConnections } from '../../../core/limits.ts';
import { destinationOf, mayReach, type Destination } from './egress.ts';
import { connectTo, type MachineProxy } from './connect.ts';

/** What decides about connections. */
export interface FilterRules {
  /** Hosts and ports, as the manifest names them. */
  readonly permitted: readonly string[];
  /** The proxy that this machine reaches a host through, if it does. Asked at the first connection. */
  readonly proxyFor: (to: Destination) => Promise<MachineProxy | undefined>;
  /** Told of each host and port that is refused. */
  readonly onRefused: (to: string, why: string) => void;
}

export interface Filter {
  readonly end: () => Promise<void>;
}

/** @param path of the socket, which it makes */
export async function openFilter(path: string, rules: FilterRules): Promise<Filter> {
  const open = new Set<Duplex>();
  const server: Server = createServer({ keepAliveTimeout: 5_000 }, (incoming, response) => {
    forward(incoming, response, rules).catch((error: unknown) => refuse(response, error));
  });
  server.maxConnections = maxServerConnections;
  server.on('connection', (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  server.on('connect', (incoming: IncomingMessage, client: Duplex, head: Buffer) => {
    client.on('error', () => client.destroy());
    tunnel(incoming.url ?? '', client, head, rules).catch((error: unknown) => {
      client.end(`HTTP/1.1 ${statusOf(error)}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    });
  });
  server.on('clientError', (_, socket) => socket.destroy());
  server.listen(path);
  await once(server, 'listening');
  return {
    end: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

class NotPermitted extends Error {}

const statusOf = (error: unknown): string => (error instanceof NotPermitted ? '403 Forbidden' : '502 Bad Gateway');

function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(Number(statusOf(error).slice(0, 3)), { connection: 'close' }).end(messageOf(error));
}

/** A connection whose bytes are the server's own business: nearly always TLS. */
async function tunnel(authority: string, client: Duplex, head: Buffer, rules: FilterRules): Promise<void> {
  const outer = await reach(authority, rules);
  client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
  outer.write(head);
  // What one side sent before it closed still reaches the other.
  pipeline(client, outer, () => undefined);
  pipeline(outer, client, () => undefined);
}

/** A request in the clear, with the whole address in its first line. */
async function forward(incoming: IncomingMessage, response: ServerResponse, rules: FilterRules): Promise<void> {
  const url = URL.parse(incoming.url ?? '');
  if (url?.protocol !== 'http:') throw new NotPermitted('only http: may be asked for here');
  const socket = await reach(`${url.hostname}:${url.port || '80'}`, rules);
  const outgoing = request({
    createConnection: () => socket,
    method: incoming.method,
    path: `${url.pathname}${url.search}`,
    headers: { ...endToEnd(incoming.headers), host: url.host, connection: 'close' },
  });
  response.on('close', () => outgoing.destroy());
  incoming.pipe(outgoing);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  response.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
  answer.on('error', () => response.destroy());
  answer.pipe(response);
}

/** Without those that are for one connection only. */
const endToEnd = (headers: IncomingHttpHeaders): IncomingHttpHeaders =>
  Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => !/^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/iu.test(name),
    ),
  );

/** A connection to where a server wants to go, if it may. */
async function reach(authority: string, { permitted, proxyFor, onRefused }: FilterRules): Promise<Socket> {
  const to = destinationOf(authority);
  const answer = to === undefined ? undefined : await mayReach(permitted, to);
  if (to === undefined || answer === undefined || answer.kind === 'refused') {
    const why = answer?.kind === 'refused' ? answer.why : 'it is no host and port';
    onRefused(authority.slice(0, 300), why);
    throw new NotPermitted(why);
  }
  const proxy = await proxyFor(to);
  return connectTo(to, answer.kind === 'allowed' ? answer.addresses : [], proxy);
}
