/** From what should be published and what was approved: what is published. */
import { sha256 } from '../core/digest.ts';
import { changedField } from '../core/manifest-content.ts';
import { versionOf, type PastState } from './history.ts';
import type { WantedServer } from './wanted.ts';
import type { ServerVersion } from './server-version.ts';
import type { StoredApproval, Published } from './published.ts';

export interface Selection {
  readonly published: readonly Published[];
  /** Tips that have no approval. */
  readonly missing: readonly { readonly name: string; readonly version: string }[];
}

/**
 * Only a stored approval makes a version published; only git says which one it is. Of what history held, no more is
 * published than was approved as a tip.
 */
export function selectPublished(
  servers: readonly WantedServer[],
  approvals: ReadonlyMap<string, readonly StoredApproval[]>,
): Selection {
  const published: Published[] = [];
  const missing: { name: string; version: string }[] = [];
  for (const { name, tip, states, lifecycle } of servers) {
    const stored = (approvals.get(name) ?? []).filter(({ worthless }) => worthless !== true);
    const current = tip === undefined ? undefined : stored.findLast((approval) => approves(approval, tip));
    if (tip !== undefined && current === undefined) missing.push({ name, version: tip.manifest.version });
    // Until the tip is approved, what was approved before stays published, with the lifecycle of today.
    const byVersion = Map.groupBy(states, versionOf);
    const versions = [...Map.groupBy(stored, ({ version }) => version)].flatMap(([version, ofVersion]) => {
      if (version === current?.version) return [current];
      const held = byVersion.get(version) ?? [];
      return ofVersion.findLast((approval) => held.some((state) => approvesPast(approval, state))) ?? [];
    });
    versions.sort((a, b) => b.sequence - a.sequence);
    const newest = current ?? versions[0];
    if (newest === undefined) continue;
    const committed = states.map(({ commit, manifest }) => ({ commit, lifecycle: manifest?.lifecycle ?? [] }));
    published.push({ name, current: newest, versions, lifecycle, committed });
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
const approvesPast = (
  { manifestDigest, lockDigest, statement }: StoredApproval,
  { manifest, ...state }: PastState,
): boolean =>
  lockDigest === state.lockDigest &&
  (manifestDigest === state.manifestDigest ||
    (manifest !== undefined && changedField(statement.predicate.server, manifest) === undefined));
