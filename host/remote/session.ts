/** A session that `initialize` began (MCP 2025-03-26 to 2025-11-25, Streamable HTTP). Since 2026-07-28 there is none. */
import type { Response } from '../../core/download.ts';
import { isSessionId } from '../../core/endpoint-answer.ts';
import type { JsonObject } from '../../core/json.ts';
import { hasInitialize } from '../proxy/versions.ts';
import { unusable } from './answers.ts';

export interface Session {
  /** The request that began it. */
  readonly initialize: Uint8Array;
  readonly version: string;
  /** Absent where the endpoint names none, and so remembers nothing. */
  readonly id: string | undefined;
}

/** @throws Failure `endpoint-answer` */
export function sessionFrom(
  initialize: Uint8Array,
  { protocolVersion: version }: JsonObject,
  headers: Response['headers'],
): Session {
  if (!hasInitialize(version)) throw unusable('it speaks a version of MCP that countersign does not know');
  const id = headers.get('mcp-session-id') ?? undefined;
  if (id !== undefined && !isSessionId(id)) throw unusable('its name of the session is not one');
  return { initialize, version, id };
}

export const sessionHeaders = (session: Session | undefined): Record<string, string> => ({
  ...(session !== undefined && { 'mcp-protocol-version': session.version }),
  ...(session?.id !== undefined && { 'mcp-session-id': session.id }),
});
