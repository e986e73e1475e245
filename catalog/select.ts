/** Selects what is published, from what should be published and what was approved. */
import { changedField } from '../core/manifest-content.ts';
import { versionOf, type PastState } from './history.ts';
import type { Tip, WantedServer } from './wanted.ts';
import type { OpenApproval, StoredApproval, Published } from './published.ts';

export interface Selection {
  readonly published: readonly Published[];
  /** Tips that have no approval. */
  readonly missing: readonly { readonly name: string; readonly version: string }[];
}

/**
 * Only a stored approval makes a version published, and only git says which version that is. An earlier state is
 * published only if it was approved while it was the tip.
 */
export async function selectPublished(
  servers: readonly WantedServer[],
  approvals: ReadonlyMap<string, readonly StoredApproval[]>,
  open: OpenApproval,
): Promise<Selection> {
  const published: Published[] = [];
  const missing: { name: string; version: string }[] = [];
  for (const { name, tip, states, lifecycle } of servers) {
    const stored = (approvals.get(name) ?? []).filter(({ worthless }) => worthless !== true);
    const current = tip === undefined ? undefined : await findLast(stored, (approval) => approves(approval, tip, open));
    if (tip !== undefined && current === undefined) missing.push({ name, version: tip.manifest.version });
    // Until the tip is approved, what was approved before stays published, with the lifecycle of today.
    const byVersion = Map.groupBy(states, versionOf);
    const versions: StoredApproval[] = [];
    for (const [version, ofVersion] of Map.groupBy(stored, (approval) => approval.version)) {
      const held = byVersion.get(version) ?? [];
      const chosen =
        version === current?.version
          ? current
          : await findLast(ofVersion, (approval) => approvesPast(approval, held, open));
      if (chosen !== undefined) versions.push(chosen);
    }
    versions.sort((a, b) => b.sequence - a.sequence);
    const newest = current ?? versions[0];
    if (newest === undefined) continue;
    const committed = states.map(({ commit, manifest }) => ({ commit, lifecycle: manifest?.lifecycle ?? [] }));
    published.push({ name, current: newest, versions, lifecycle, committed });
  }
  return { published, missing };
}

/**
 * What differs between an approval and the tip; nothing where all that is approved is the same. Where the bytes are the
 * same, nothing is opened.
 */
export async function difference(
  approval: StoredApproval,
  { manifest, manifestDigest, lockDigest }: Pick<Tip, 'manifest' | 'manifestDigest' | 'lockDigest'>,
  open: OpenApproval,
): Promise<string | undefined> {
  if (approval.lockDigest !== lockDigest) return 'the lock';
  if (approval.manifestDigest === manifestDigest) return undefined;
  return changedField((await open(approval)).statement.predicate.server, manifest);
}

const approves = async (approval: StoredApproval, tip: Tip, open: OpenApproval): Promise<boolean> =>
  approval.version === tip.manifest.version && (await difference(approval, tip, open)) === undefined;

/** One of the past states by its exact bytes, or, where its manifest can still be read, by what it says. */
async function approvesPast(
  approval: StoredApproval,
  states: readonly PastState[],
  open: OpenApproval,
): Promise<boolean> {
  const alike = states.filter(({ lockDigest }) => lockDigest === approval.lockDigest);
  if (alike.some(({ manifestDigest }) => manifestDigest === approval.manifestDigest)) return true;
  const readable = alike.flatMap(({ manifest }) => manifest ?? []);
  if (readable.length === 0) return false;
  const { server } = (await open(approval)).statement.predicate;
  return readable.some((manifest) => changedField(server, manifest) === undefined);
}

async function findLast<T>(values: readonly T[], test: (value: T) => Promise<boolean>): Promise<T | undefined> {
  for (const value of values.toReversed()) if (await test(value)) return value;
  return undefined;
}
