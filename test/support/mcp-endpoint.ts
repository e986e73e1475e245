/** An MCP server over https on loopback, as streamable HTTP at /mcp and as SSE at /sse; honest, until it is told to lie. */
import { writeFile } from 'node:fs/promises';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { makeCertificate, type Certificate } from './certificate.ts';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly capabilities?: object; readonly cursor?: string; readonly name?: string };
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly message: Message | undefined;
}

type Answer = (request: IncomingMessage, response: ServerResponse, message: Message | undefined) => void;

export interface McpEndpoint {
  readonly origin: string;
  /** The file of the certificate, for npm's `cafile`. */
  readonly certificate: string;
  readonly made: Certificate;
  readonly asked: Asked[];
  /** What it offers now. */
  tools: object[];
  /** The resources that it lists each time; it has none where this is not set. */
  resources: (() => object[]) | undefined;
  /** How it answers requests over streamable HTTP. */
  answers: 'json' | 'stream';
  /** Stands before the server, where it is set. Whether it answered. */
  guard: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  /** Answers instead of the server, where it is set. */
  lie: Answer | undefined;
  readonly close: () => Promise<void>;
}

export const greet = { name: 'greet', description: 'Greets somebody.', inputSchema: { type: 'object' } };

/** Nothing where openssl is not there. `close` it, or call it within a test. */
export async function startEndpoint(folder: string, closesItself = false): Promise<McpEndpoint | undefined> {
  const made = makeCertificate(folder);
  if (made === undefined) return undefined;
  const certificate = join(folder, 'ca.pem');
  await writeFile(certificate, made.cert);
  const streams = new Map<string, ServerResponse>();
  const server = createServer({ cert: made.cert, key: made.key }, (request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const endpoint: McpEndpoint = {
    origin: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ certificate, made },
    asked: [],
    tools: [greet],
    resources: undefined,
    answers: 'json',
    lie: undefined,
    guard: undefined,
    close: async () => {
      const closed = new Promise((resolve) => void server.close(resolve));
      // Also those that are not through with TLS, which the server itself does not know yet.
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  if (closesItself) onTestFinished(endpoint.close);

  const resultOf = ({ method, params }: Message): object | undefined => {
    if (method === 'initialize')
      return {
        protocolVersion: '2025-06-18',
        capabilities: { tools: {}, ...(endpoint.resources !== undefined && { resources: {} }) },
        serverInfo: { name: 'endpoint', version: '1' },
        instructions: 'Greet people by their names.',
      };
    if (method === 'resources/list' && endpoint.resources !== undefined) return { resources: endpoint.resources() };
    if (method === 'tools/call') return { content: [{ type: 'text', text: `called ${params?.name ?? 'nothing'}` }] };
    return method === 'tools/list' && params !== undefined ? { tools: endpoint.tools } : undefined;
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const message = body === '' ? undefined : (JSON.parse(body) as Message);
    const { method = '', url = '', headers } = request;
    endpoint.asked.push({ method, path: url, headers, message });
    if (endpoint.guard?.(request, response) === true) return;
    if (endpoint.lie !== undefined) return endpoint.lie(request, response, message);
    if (method === 'GET' && url === '/sse') return openStream(response);
    if (method !== 'POST' || message === undefined) return void response.writeHead(405).end();
    const result = resultOf(message);
    const said = JSON.stringify({ jsonrpc: '2.0', id: message.id, ...(result === undefined ? unknown : { result }) });
    const stream = streams.get(url);
    if (stream !== undefined) {
      response.writeHead(202).end();
      if (message.id !== undefined) stream.write(eventOf(said));
      return;
    }
    if (message.id === undefined) return void response.writeHead(202).end();
    const session = message.method === 'initialize' ? { 'mcp-session-id': 'session-1' } : {};
    if (endpoint.answers === 'json')
      return void response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', ...session }).end(said);
    response.writeHead(200, { 'content-type': 'text/event-stream', ...session });
    response.write(': a comment\r\n\r\n');
    response.write(eventOf(JSON.stringify({ jsonrpc: '2.0', id: 'ask', method: 'ping' })));
    // It stays open, as servers may leave it.
    response.write(eventOf(said));
  }

  function openStream(response: ServerResponse): void {
    const path = `/messages/${streams.size}`;
    streams.set(path, response);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`event: endpoint\ndata: ${path}\n\n`);
  }

  return endpoint;
}

const unknown = { error: { code: -32601, message: 'Method not found' } };
const eventOf = (data: string): string => `event: message\ndata: ${data}\n\n`;
