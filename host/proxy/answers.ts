/** What a client gets of the answers in which a server describes itself: only what was approved. */
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { maxListedOffers } from '../../core/limits.ts';
import type { Approved } from './approved.ts';
import { knownCapabilities, metaKeys } from './capabilities.ts';
import type { DriftEvent } from './events.ts';
import { listMethods } from './methods.ts';
import { knownVersion } from './versions.ts';

/** The server as its manifest names it. */
export interface Identity {
  readonly name: string;
  readonly title?: string;
  readonly version: string;
}

export type Given =
  | { readonly kind: 'result'; readonly result: JsonObject; readonly drift: readonly DriftEvent[] }
  | { readonly kind: 'refused'; readonly why: string; readonly drift: readonly DriftEvent[] };

/** Undefined for an answer in which a server does not describe itself. */
export function fromServerResult(
  method: string,
  result: JsonObject,
  approved: Approved,
  identity: Identity,
): Given | undefined {
  const list = listMethods.get(method);
  if (list !== undefined) {
    const entries = result[list];
    if (!Array.isArray(entries) || entries.length > maxListedOffers)
      return { kind: 'refused', why: `gave no list to ${method}, or one that is too long`, drift: [] };
    const { kept, removed } = approved.filter(list, entries as unknown[]);
    return {
      kind: 'result',
      result: { ...only(result, ['nextCursor']), ...common(result, identity), [list]: kept },
      // Of the reviewers' own allow-list the server knows nothing: that is no change.
      drift: removed
        .filter(({ why }) => why !== 'not allowed')
        .map(({ key, why }) => ({ kind: 'drift', list, key: key.slice(0, 256), why })),
    };
  }
  return method === 'initialize' || method === 'server/discover'
    ? introduction(method, result, approved, identity)
    : undefined;
}

function introduction(method: string, result: JsonObject, approved: Approved, identity: Identity): Given {
  const { instructions, protocolVersion, supportedVersions } = result;
  const drift: DriftEvent[] = [];
  const told = typeof instructions === 'string' && approved.mayInstruct(instructions) ? { instructions } : {};
  if (instructions !== undefined && !('instructions' in told))
    drift.push({ kind: 'drift', list: 'instructions', key: '', why: 'changed' });
  const shown = { ...told, capabilities: knownCapabilities(result['capabilities']), ...common(result, identity) };
  if (method === 'server/discover') {
    const versions = Array.isArray(supportedVersions) ? (supportedVersions as unknown[]) : [];
    const known = versions.filter((version) => knownVersion(version) !== undefined);
    return { kind: 'result', result: { ...shown, supportedVersions: known, serverInfo: identity }, drift };
  }
  const version = knownVersion(protocolVersion);
  if (version === undefined)
    return { kind: 'refused', why: 'speaks a version of MCP that countersign does not know', drift };
  return { kind: 'result', result: { ...shown, protocolVersion: version, serverInfo: identity }, drift };
}

/** A result in which the server has the name of its manifest (MCP 2026-07-28); the same object where it names itself nowhere. */
export function withIdentity(result: JsonObject, identity: Identity): JsonObject {
  const meta = result['_meta'];
  if (!isJsonObject(meta) || !Object.hasOwn(meta, metaKeys.server)) return result;
  return { ...result, _meta: { ...meta, [metaKeys.server]: identity } };
}

/** The fields of MCP 2026-07-28 that a result may have: what kind it is, how long it is valid and for whom. */
const common = (result: JsonObject, identity: Identity): JsonObject => ({
  ...only(result, ['resultType', 'ttlMs', 'cacheScope']),
  ...(isJsonObject(result['_meta']) && { _meta: { [metaKeys.server]: identity } }),
});

const only = (result: JsonObject, keys: readonly string[]): JsonObject =>
  Object.fromEntries(
    keys.flatMap((key) => {
      const value = result[key];
      return typeof value === 'string' || typeof value === 'number' ? [[key, value]] : [];
    }),
  );
