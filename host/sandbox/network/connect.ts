/** Connects to a host: to one of its addresses that were looked at, or through the proxy that this machine has. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Failure } from '../../../core/failure.ts';
import { serverConnectMs } from '../../../core/limits.ts';
import type { Destination } from './egress.ts';

/** The proxy of this machine. Its address may hold a password: never print it. */
export type MachineProxy = URL;

/** @param addresses empty where this machine knows none: then only a proxy can know one */
export async function connectTo(
  to: Destination,
  addresses: readonly string[],
  proxy: MachineProxy | undefined,
): Promise<Socket> {
  const signal = AbortSignal.timeout(serverConnectMs);
  if (proxy !== undefined) return throughProxy(to, proxy, signal);
  let last: unknown = new Failure('network', `${to.host} has no address`, 'check the name');
  for (const address of addresses)
    try {
      return await opened(connect({ host: address, port: to.port }), 'connect', signal);
    } catch (error) {
      last = error;
    }
  throw last;
}

async function opened(socket: Socket, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<Socket> {
  try {
    await once(socket, event, { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

async function throughProxy({ host, port }: Destination, proxy: URL, signal: AbortSignal): Promise<Socket> {
  const isTls = proxy.protocol === 'https:';
  const at = { host: proxy.hostname.replace(/^\[|\]$/gu, ''), port: Number(proxy.port || (isTls ? 443 : 80)) };
  const socket = isTls
    ? await opened(connectTls({ ...at, servername: at.host }), 'secureConnect', signal)
    : await opened(connect(at), 'connect', signal);
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const password = Buffer.from(`${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`);
  const authorization = proxy.username === '' ? '' : `Proxy-Authorization: Basic ${password.toString('base64')}\r\n`;
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${authorization}\r\n`);
  try {
    const answer = await answerOf(socket, signal);
    if (/^HTTP\/1\.[01] 2\d\d /u.test(answer)) return socket;
    throw new Failure('network', `the proxy of this machine does not connect to ${authority}`, 'ask who runs it');
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

const maxAnswer = 16 * 1024;

/** The head of the proxy's answer. What comes after it belongs to the connection. */
async function answerOf(socket: Socket, signal: AbortSignal): Promise<string> {
  let head = Buffer.alloc(0);
  for (;;) {
    await once(socket, 'readable', { signal });
    for (let chunk = socket.read() as Buffer | null; chunk !== null; chunk = socket.read() as Buffer | null) {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end !== -1) {
        socket.unshift(head.subarray(end + 4));
        return head.subarray(0, end).toString('latin1');
      }
      if (head.byteLength > maxAnswer || socket.destroyed)
        throw new Failure('network', 'the proxy of this machine answers no HTTP', 'ask who runs it');
    }
    if (socket.readableEnded) throw new Failure('network', 'the proxy of this machine hung up', 'ask who runs it');
  }
}
