/** How a server introduces itself: as the answer to `initialize`, or since MCP 2026-07-28 to a request that says who asks. */
import { Failure } from '../core/failure.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import type { Session } from './requests.ts';

export interface Introduced {
  /** What it said: its capabilities and instructions. */
  readonly said: JsonObject;
  /** Asks it in the version in which it introduced itself. @throws Failure `capture` */
  readonly request: Session['request'];
}

const withInitialize = '2025-11-25';
const withoutInitialize = '2026-07-28';
const clientInfo = { name: 'countersign', version: '0' };

/** In the older version where it speaks both: most hosts still do. @throws Failure `capture` */
export async function introduce(session: Session, capabilities: JsonObject): Promise<Introduced> {
  try {
    const asking = { protocolVersion: withInitialize, capabilities, clientInfo };
    const said = await session.request('initialize', asking);
    await session.notify('notifications/initialized');
    return { said, request: (method, params) => session.request(method, params) };
  } catch (error) {
    if (!(error instanceof Failure) || !hasNoInitialize(error)) throw error;
    const meta = {
      'io.modelcontextprotocol/protocolVersion': withoutInitialize,
      'io.modelcontextprotocol/clientInfo': clientInfo,
      'io.modelcontextprotocol/clientCapabilities': capabilities,
    };
    const request: Session['request'] = (method, params) => session.request(method, { ...params, _meta: meta });
    return { said: await request('server/discover', {}), request };
  }
}

/** It has no such method, or no version that begins with it (MCP 2026-07-28, UnsupportedProtocolVersionError). */
function hasNoInitialize({ cause }: Failure): boolean {
  if (!isJsonObject(cause)) return false;
  const supported = isJsonObject(cause.data) ? cause.data.supported : undefined;
  return (
    cause.code === -32601 ||
    (cause.code === -32022 && Array.isArray(supported) && (supported as unknown[]).includes(withoutInitialize))
  );
}
