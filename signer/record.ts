/** The published record of a server, composed from its approvals and from the lifecycle on the tip of main. */
import { canonicalJson } from '../core/canonical.ts';
import { sha256 } from '../core/digest.ts';
import { lifecycleOf } from '../core/lifecycle.ts';
import { parseJson } from '../core/json.ts';
import type { Bundle, LifecycleEntry, RecordVersion, ServerRecord } from '../schemas/types.ts';
import type { OpenedApproval, Published, StoredApproval } from '../catalog/published.ts';

/** What a record is made of, as one digest: the bundle of the current version says the rest. */
export const recordKey = ({ current, versions, lifecycle }: Published): string =>
  sha256(Buffer.from(JSON.stringify([current.digest, versions.map((each) => recordVersion(each, lifecycle))])));

/** `current` is the opened approval of the current version. */
export const recordBytes = (published: Published, current: OpenedApproval): Uint8Array =>
  canonicalJson(composeRecord(published, current));

export function composeRecord({ name, versions, lifecycle }: Published, current: OpenedApproval): ServerRecord {
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
  const { approvedAt, validUntil } = approval;
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
