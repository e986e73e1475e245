import { isJsonObject } from '../../core/json.ts';
import { metaKeys } from './capabilities.ts';
import type { ClientEvent } from './events.ts';
import type { Request } from './message.ts';

/** How a client names itself: once in `initialize`, or in each request (MCP 2026-07-28). */
export function clientNamedIn({ method, params }: Request): ClientEvent | undefined {
  const meta = isJsonObject(params['_meta']) ? params['_meta'] : {};
  const [info, protocol] =
    method === 'initialize'
      ? [params['clientInfo'], params['protocolVersion']]
      : [meta[metaKeys.client], meta[metaKeys.protocol]];
  if (!isJsonObject(info)) return undefined;
  const text = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 100) : 'unknown');
  return { kind: 'client', name: text(info['name']), version: text(info['version']), protocol: text(protocol) };
}
