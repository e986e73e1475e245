/** What client and server tell each other that they can do, without what this server may not use. */
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { ClientFeature } from './methods.ts';

/** The keys of `_meta` in which a request of MCP 2026-07-28 says what `initialize` said before. */
export const metaKeys = {
  protocol: 'io.modelcontextprotocol/protocolVersion',
  client: 'io.modelcontextprotocol/clientInfo',
  capabilities: 'io.modelcontextprotocol/clientCapabilities',
  server: 'io.modelcontextprotocol/serverInfo',
  subscription: 'io.modelcontextprotocol/subscriptionId',
} as const;

/** Of a client: the granted features alone. A server that knows of no other does not ask for one. */
export const grantedCapabilities = (capabilities: unknown, granted: ReadonlySet<ClientFeature>): JsonObject =>
  isJsonObject(capabilities)
    ? Object.fromEntries(Object.entries(capabilities).filter(([name]) => granted.has(name as ClientFeature)))
    : {};

const ofServers: ReadonlySet<string> = new Set(['completions', 'logging', 'prompts', 'resources', 'tasks', 'tools']);

/** Of a server: those of the protocol. The messages of an experiment or an extension do not pass, so no client shall count on them. */
export const knownCapabilities = (capabilities: unknown): JsonObject =>
  isJsonObject(capabilities)
    ? Object.fromEntries(
        Object.entries(capabilities).filter(([name, value]) => ofServers.has(name) && isJsonObject(value)),
      )
    : {};

/** The parameters of a request, as the server gets them; the same object if nothing is taken out. */
export function withGrantedCapabilities(params: JsonObject, granted: ReadonlySet<ClientFeature>): JsonObject {
  const meta = params['_meta'];
  const capabilities = isJsonObject(meta) ? meta[metaKeys.capabilities] : undefined;
  if (!isJsonObject(meta) || capabilities === undefined) return params;
  return { ...params, _meta: { ...meta, [metaKeys.capabilities]: grantedCapabilities(capabilities, granted) } };
}
