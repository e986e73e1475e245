/** The published record of a server, composed from its approvals and from the lifecycle on the tip of main. */
import { canonicalJson } from '../core/canonical.ts';
import { lifecycleOf } from '../core/lifecycle.ts';
import { parseJson } from '../core/json.ts';
import type { Bundle, LifecycleEntry, RecordVersion, ServerRecord } from '../schemas/types.ts';
import type { StoredApproval } from '../catalog/published.ts';
import type { Published } from '../catalog/published.ts';

/** A published record, in its exact bytes. */
export interface RecordFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The records of all servers, sorted by name. */
export const composeRecords = (published: readonly Published[]): RecordFile[] =>
  published
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((server) => ({ name: server.name, bytes: canonicalJson(composeRecord(server)) }));

export function composeRecord({ name, current, versions, lifecycle }: Published): ServerRecord {
  const { registry, server } = current.statement.predicate;
  return {
    schemaVersion: 1,
    registry,
    name,
    version: current.version,
    ...(server.title !== undefined && { title: server.title }),
    description: server.description,
    maintainer: server.maintainer,
    dataClassification: server.data_classification,
    ...(server.artefact !== undefined && { artefact: server.artefact }),
    signature: parseJson(current.bytes) as Bundle,
    versions: versions.map((approval) => recordVersion(approval, lifecycle)),
  };
}

function recordVersion(approval: StoredApproval, lifecycle: readonly LifecycleEntry[]): RecordVersion {
  const { approvedAt, validUntil } = approval.statement.predicate;
  const entry = lifecycleOf(lifecycle, approval.version);
  return {
    version: approval.version,
    revision: approval.revision,
    sequence: approval.sequence,
    state: entry?.state ?? 'active',
    approvedAt,
    validUntil,
    bundle: approval.digest,
    manifest: approval.manifestDigest,
    lock: approval.lockDigest,
    ...(entry !== undefined && {
      lifecycle: {
        since: entry.since,
        reason: entry.reason,
        ...(entry.sunset !== undefined && { sunset: entry.sunset }),
        ...(entry.advisory !== undefined && { advisory: entry.advisory }),
        ...(entry.replaced_by !== undefined && { replacedBy: entry.replaced_by }),
        ...(entry.guide !== undefined && { guide: entry.guide }),
      },
    }),
  };
}
