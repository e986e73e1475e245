/** What makes an endpoint one that wants OAuth: it says where people sign in, and takes the tokens of that place alone. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { json, type AuthorizationServerFake } from './authorization-server.ts';

export interface Protection {
  readonly resource: string;
  readonly server: AuthorizationServerFake;
  /** What it says of itself, in place of the truth. */
  metadata?: object;
  /** What it says to who has no token, in place of the truth; without it, it names its metadata. */
  challenge?: string | undefined;
}

const metadataPath = '/.well-known/oauth-protected-resource/mcp';

/** Whether it answered: nobody gets further without a token. */
export function guard(protection: Protection, request: IncomingMessage, response: ServerResponse): boolean {
  const { resource, server, metadata = {} } = protection;
  if (request.url?.startsWith('/.well-known/') === true) {
    if (request.url === metadataPath)
      json(response, 200, { resource, authorization_servers: [server.issuer], ...metadata });
    else response.writeHead(404).end();
    return true;
  }
  const token = /^Bearer (?<token>.+)$/u.exec(request.headers.authorization ?? '')?.groups?.['token'];
  if (token !== undefined && server.takes(token, resource)) return false;
  const { challenge = `Bearer resource_metadata="${new URL(resource).origin}${metadataPath}"` } = protection;
  response.writeHead(401, { 'www-authenticate': challenge }).end();
  return true;
}
