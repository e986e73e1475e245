/** The server of the official SDK over streamable HTTP: with sessions up to 2025-11-25, and without them since. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  createMcpHandler,
  isLegacyRequest,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import { officialServer, type OfficialState } from './official-server.ts';

/** Answers requests whose body was read already. */
export function officialEndpoint(
  origin: string,
  state: OfficialState,
  { isNewestOnly = false } = {},
): (request: IncomingMessage, response: ServerResponse, message: object | undefined) => void {
  // A server lives as long as one request, so whoever holds them tells of changes.
  const told: OfficialState = {
    get changed() {
      return state.changed;
    },
    set changed(value) {
      state.changed = value;
    },
    announce: () => modern.notify.toolsChanged(),
  };
  const modern = createMcpHandler(() => officialServer(told), { legacy: 'reject' });
  const sessions = new Map<string, WebStandardStreamableHTTPServerTransport>();

  async function inSession(request: Request): Promise<Response> {
    const known = sessions.get(request.headers.get('mcp-session-id') ?? '');
    if (known !== undefined) return known.handleRequest(request);
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void sessions.set(id, transport),
    });
    await officialServer(state).connect(transport);
    return transport.handleRequest(request);
  }

  async function answer(asked: IncomingMessage, response: ServerResponse, message: object | undefined): Promise<void> {
    const request = new Request(`${origin}${asked.url ?? '/'}`, {
      method: asked.method ?? 'GET',
      headers: Object.entries(asked.headers).map(([name, value]): [string, string] => [name, String(value)]),
      ...(message !== undefined && { body: JSON.stringify(message) }),
    });
    const { status, headers, body } =
      !isNewestOnly && (await isLegacyRequest(request.clone()))
        ? await inSession(request)
        : await modern.fetch(request);
    response.writeHead(status, Object.fromEntries(headers));
    response.flushHeaders();
    if (body === null) response.end();
    // A client may go before the end of a stream.
    else await pipeline(Readable.from(body), response).catch(() => undefined);
  }

  return (asked, response, message) => void answer(asked, response, message).catch(() => response.destroy());
}
