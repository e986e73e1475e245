/**
 * The packages of all approved locks, which the review of a new version looks at: for a name that looks like one of them, for
 * a package that is new here. It is read only where something is due. It is made from the store alone: where it is missing,
 * the locks are read again. A lock is known by its digest, so what it holds stays right whatever program reads it.
 */
import { mapConcurrently } from '../../core/concurrency.ts';
import { Failure } from '../../core/failure.ts';
import { maxIndexBytes } from '../../core/limits.ts';
import { parseLock } from '../../artefacts/lock.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Lock } from '../../schemas/types.ts';
import { identityOf, type PackageIdentity } from '../../catalog/lock-outline.ts';
import { partsOf } from '../../artefacts/kinds.ts';
import { readStoredLines, storedLines } from '../../catalog/stored-lines.ts';
import type { State } from '../state/state.ts';
import type { ApprovalsStore, StoredApprovals } from './approvals-store.ts';

const packagesFile = 'index/packages.jsonl';
const head = { format: 1 };
/** Locks that are in memory at one time. */
const atOnce = 8;

type Approvals = StoredApprovals['approvals'];

/** The packages of every approved lock, each once. Writes nothing. @throws Failure where the state does not answer */
export const approvedPackages = async (
  state: State,
  store: ApprovalsStore,
  approvals: Approvals,
): Promise<PackageIdentity[]> => [...(await readCompleted(state, store, approvals)).packages.values()];

/** Stores them for the next run, if that was not done yet. Where another was quicker, what that one knows stays. */
export async function rememberPackages(state: State, store: ApprovalsStore, approvals: Approvals): Promise<void> {
  const { locks, packages, version, changed } = await readCompleted(state, store, approvals);
  if (!changed) return;
  await state.replace(
    packagesFile,
    storedLines(head, (): Row[] => [...locks, ...packages.values()]),
    version,
  );
}

interface Known {
  /** The digests of those whose packages are here. */
  readonly locks: Set<string>;
  /** By their integrity. */
  readonly packages: Map<string, PackageIdentity>;
  /** Of the stored file, if there is one. */
  readonly version: string | undefined;
  readonly changed: boolean;
}

/** What is stored, and what approvals it does not know yet. */
async function readCompleted(state: State, store: ApprovalsStore, approvals: Approvals): Promise<Known> {
  const there = await state.read(packagesFile, maxIndexBytes);
  const { locks, packages } = parsed(there?.bytes);
  const all = new Set([...approvals.values()].flatMap((ofServer) => ofServer.map(({ lockDigest }) => lockDigest)));
  const knownBefore = locks.size;
  await mapConcurrently(
    [...all].filter((digest) => !locks.has(digest)),
    atOnce,
    async (digest) => {
      const lock = await usable(digest, store);
      if (lock === undefined) return;
      for (const each of partsOf(lock).map(identityOf)) packages.set(each.integrity, each);
      locks.add(digest);
    },
  );
  return { locks, packages, version: there?.version, changed: locks.size > knownBefore };
}

/** Undefined where the lock is lost or of another format: that is the fault of its server, and holds up no other. */
async function usable(digest: string, store: ApprovalsStore): Promise<Lock | undefined> {
  try {
    return parseLock(await store.subject(digest), 'an approved lock');
  } catch (error) {
    if (error instanceof Refusal || (error instanceof Failure && error.code === 'approvals-store')) return undefined;
    throw error;
  }
}

/** The digest of a lock, or a package. */
type Row = string | PackageIdentity;

/** Nothing where the bytes are of another form, or cut short. */
function parsed(bytes: Uint8Array | undefined): Pick<Known, 'locks' | 'packages'> {
  const [locks, packages] = [new Set<string>(), new Map<string, PackageIdentity>()];
  const whole = readStoredLines(bytes, head, (read) => {
    const row = read as Row;
    if (typeof row === 'string') locks.add(row);
    else packages.set(row.integrity, row);
  });
  return whole ? { locks, packages } : { locks: new Set(), packages: new Map() };
}
