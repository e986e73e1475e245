/**
 * ai-catalog.json: the AI Catalog of what this registry publishes (github.com/Agent-Card/ai-catalog, version 1.0 of the draft).
 * Each entry points at a server's record, and names its signed approval as an attestation.
 */
import { addressOf } from './address.ts';
import type { ExportedRegistry, ExportedServer, ServerExport } from './export.ts';
import { jsonText, withList } from '../json-text.ts';
import { currentVersion, mayRun } from './runnable.ts';

/** The draft knows a type for endpoints that describe themselves only. It lets others have types of their own. */
const recordType = 'application/vnd.countersign.record+json';

export const aiCatalog: ServerExport = {
  partOf: (server, registry) => {
    return mayRun(currentVersion(server).state) ? jsonText(entryOf(server, registry)) : undefined;
  },
  filesOfAll: (parts, { url, shown }) => {
    const host = { displayName: shown.name, identifier: new URL(url).hostname };
    return [['ai-catalog.json', withList({ specVersion: '1.0', host }, 'entries', parts)]];
  },
};

function entryOf({ record, current: { approval } }: ExportedServer, registry: ExportedRegistry): object {
  const { tags } = approval.statement.predicate.server;
  // "An operator that is neither the artifact publisher nor its authorized delegate MUST use a non-`urn:air` identifier".
  const identifier = `urn:countersign:server:${record.registry}:${record.name}`;
  return {
    identifier,
    type: recordType,
    url: addressOf(registry, `servers/${record.name}.json`),
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
          uri: addressOf(registry, `approvals/${approval.digest}.json`),
          digest: `sha256:${approval.digest}`,
          size: approval.bytes.byteLength,
        },
      ],
    },
  };
}
