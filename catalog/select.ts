/** From what should be published and what was approved: what is published. */
import { sha256 } from '../core/digest.ts';
import { changedField } from '../core/manifest-content.ts';
import type { PastState } from './history.ts';
import type { WantedServer } from './wanted.ts';
import type { ServerVersion } from './server-version.ts';
import type { StoredApproval, Published } from './published.ts';

export interface Selection {
  readonly published: readonly Published[];
  /** Servers and versions that have no approval, as name@version. */
  readonly missing: readonly { readonly name: string; readonly version: string }[];
}

/** Only a stored approval makes a version published; only git says which one it is. */
export function selectPublished(
  servers: readonly WantedServer[],
  approvals: ReadonlyMap<string, readonly StoredApproval[]>,
): Selection {
  const published: Published[] = [];
  const missing: { name: string; version: string }[] = [];
  for (const { name, tip, past, lifecycle } of servers) {
    const stored = (approvals.get(name) ?? []).filter(({ worthless }) => worthless !== true);
    const versions = past.flatMap((state) => {
      const approval = stored.findLast((candidate) => approvesPast(candidate, state));
      if (approval !== undefined) return [approval];
      const version = state.manifest?.version ?? state.lock?.version;
      if (version !== undefined) missing.push({ name, version });
      return [];
    });
    const current = tip === undefined ? undefined : stored.findLast((candidate) => approves(candidate, tip));
    // Until the tip is approved, what was approved before stays published, with the lifecycle of today.
    if (current !== undefined) versions.push(current);
    else if (tip !== undefined) missing.push({ name, version: tip.manifest.version });
    versions.sort((a, b) => b.sequence - a.sequence);
    const newest = current ?? versions[0];
    if (newest !== undefined) published.push({ name, current: newest, versions, lifecycle });
  }
  return { published, missing };
}

/** What differs between an approval and a candidate; nothing where all that is approved is the same. */
export const difference = (
  { statement, lockDigest }: StoredApproval,
  { manifest, lockBytes }: ServerVersion,
): string | undefined =>
  lockDigest === sha256(lockBytes) ? changedField(statement.predicate.server, manifest) : 'the lock';

const approves = (approval: StoredApproval, candidate: ServerVersion): boolean =>
  approval.version === candidate.manifest.version && difference(approval, candidate) === undefined;

/** A past state by its exact bytes, or, where its manifest can still be read, by what it says. */
const approvesPast = (approval: StoredApproval, state: PastState): boolean =>
  (approval.manifestDigest === state.manifestDigest && approval.lockDigest === state.lockDigest) ||
  (state.manifest !== undefined &&
    state.lock !== undefined &&
    approves(approval, { ...state, manifest: state.manifest, lock: state.lock }));
