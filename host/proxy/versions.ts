/** The versions of MCP that this program knows. In another one, messages could mean something else. */
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { metaKeys } from './capabilities.ts';
import type { JsonRpcError, Request } from './message.ts';

export const newestWithInitialize = '2025-11-25';
const withInitialize: readonly string[] = ['2024-11-05', '2025-03-26', '2025-06-18', newestWithInitialize];
const withoutInitialize: readonly string[] = ['2026-07-28'];
const known: readonly string[] = [...withInitialize, ...withoutInitialize];

export const knownVersion = (version: unknown): string | undefined => known.find((each) => each === version);

/** Whether a session in this version begins with `initialize`. */
export const hasInitialize = (version: unknown): version is string => withInitialize.some((each) => each === version);

/** Whether a request says in itself what `initialize` said before (MCP 2026-07-28). */
export const isModern = ({ _meta: meta }: JsonObject): boolean =>
  isJsonObject(meta) && typeof meta[metaKeys.protocol] === 'string';

/** The answer to a request in an unknown version: MCP 2026-07-28, UnsupportedProtocolVersionError. */
export function unsupported({ params }: Request): JsonRpcError | undefined {
  const meta = params['_meta'];
  const requested = isJsonObject(meta) ? meta[metaKeys.protocol] : undefined;
  if (requested === undefined || knownVersion(requested) !== undefined) return undefined;
  return {
    code: -32_022,
    message: 'countersign does not know this version of MCP',
    data: { supported: withoutInitialize, requested: typeof requested === 'string' ? requested.slice(0, 40) : '' },
  };
}
