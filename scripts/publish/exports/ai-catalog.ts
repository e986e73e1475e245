/**
 * ai-catalog.json: the AI Catalog of what this registry publishes (github.com/Agent-Card/ai-catalog, version 1.0 of the draft).
 * Each entry points at a server's record, and names its signed approval as an attestation.
 */
import { encodeKey } from '../route.ts';
import type { ExportedServer, ServerExport } from './export.ts';
import { jsonText, withList } from './json-text.ts';
import { currentState } from './runnable.ts';

/** The draft knows a type for endpoints that describe themselves only. It lets others have types of their own. */
const recordType = 'application/vnd.countersign.record+json';

export const aiCatalog: ServerExport = {
  partOf: (server, registry) => {
    const state = currentState(server);
    return state === 'active' || state === 'deprecated' ? jsonText(entryOf(server, registry)) : undefined;
  },
  filesOfAll: (parts, { url, shown }) => {
    const host = { displayName: shown.name, identifier: new URL(url).hostname };
    return [['ai-catalog.json', withList({ specVersion: '1.0', host }, 'entries', parts)]];
  },
};

function entryOf({ record, current: { approval } }: ExportedServer, { url }: { readonly url: string }): object {
  const { tags } = approval.statement.predicate.server;
  // "An operator that is neither the artifact publisher nor its authorized delegate MUST use a non-`urn:air` identifier".
  const identifier = `urn:countersign:server:${record.registry}:${record.name}`;
  return {
    identifier,
    type: recordType,
    url: `${url}/${encodeKey(`servers/${record.name}.json`)}`,
    displayName: record.title ?? record.name,
    description: record.description,
    version: record.version,
    updatedAt: approval.approvedAt,
    ...(tags !== undefined && { tags }),
    trustManifest: {
      identity: identifier,
      attestations: [
        {
          type: approval.statement.predicateType,
          uri: `${url}/approvals/${approval.digest}.json`,
          digest: `sha256:${approval.digest}`,
          size: approval.bytes.byteLength,
        },
      ],
    },
  };
}
