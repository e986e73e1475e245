/** Signing what is due: approvals for versions that have none, then the status and the repository metadata. */
import { BlobStore } from '../store/blob-store.ts';
import { sha256 } from '../core/digest.ts';
import { isEnded, nextBuild } from '../core/lifecycle.ts';
import { Failure } from '../core/failure.ts';
import { asProblem, type Problem } from '../core/problem.ts';
import type { NpmRegistry } from '../core/npm-registry.ts';
import { Refusal } from '../core/refusal.ts';
import { lockPath, manifestPath } from '../core/statement.ts';
import type { Approval, Policy, Revocation } from '../schemas/types.ts';
import { approvalDue, composeApproval, type ApprovalContext } from './approval/approval.ts';
import { ApprovalsStore, openApprovalFile } from './approval/approvals-store.ts';
import type { SigningKey } from './keys/signing-key.ts';
import { signStatement } from './bundle.ts';
import { fetchClosure } from './approval/fetch-closure.ts';
import { MetadataStore } from './metadata/metadata-store.ts';
import { updatePublication } from './publication.ts';
import type { Identity, SigningKeys } from './identity.ts';
import { reviewDue, type ReviewedCandidate } from './approval/review-due.ts';
import { selectPublished } from '../catalog/select.ts';
import { versionOf, type WantedServer } from '../catalog/wanted.ts';
import type { Workspace } from '../catalog/workspace.ts';
import type { ServerVersion } from '../catalog/server-version.ts';
import type { Published, StoredApproval } from '../catalog/published.ts';

export interface SigningRun {
  /** The folder of the registry. */
  readonly root: string;
  readonly servers: readonly WantedServer[];
  readonly identity: Identity;
  readonly workspace: Workspace;
  readonly policy: { readonly value: Policy; readonly sha256: string };
  readonly now: Date;
  /** Of this program. */
  readonly version: string;
  /** Opened only where something has to be fetched. */
  readonly openRegistry: () => Promise<NpmRegistry>;
  readonly onFetched: (done: number, of: number) => void;
}

export interface SigningResult {
  readonly problems: readonly Problem[];
  /** New approvals, as name@version. */
  readonly approved: readonly string[];
  readonly statusSigned: boolean;
  /** Files of the repository metadata that were signed. */
  readonly metadataSigned: number;
  /** What is approved now. */
  readonly published: readonly Published[];
}

/**
 * Signs every version that is due and passes; what does not pass is a problem of its own, and holds up no other server
 * and no revocation: the status is signed over whatever is approved.
 */
export async function signRegistry(run: SigningRun): Promise<SigningResult> {
  const keys = await run.identity.openKeys();
  try {
    return await signWith(keys, run);
  } finally {
    for (const key of Object.values(keys) as SigningKey[]) await key.close?.();
  }
}

async function signWith(keys: SigningKeys, run: SigningRun): Promise<SigningResult> {
  const { servers, identity, workspace, now } = run;
  const store = new ApprovalsStore(workspace.folder);
  const approvals = new Map(await store.readAll(identity.keyring));
  const problems: Problem[] = [];
  const due: Task[] = [];
  for (const { name, tip, past, lifecycle } of servers) {
    const stored = (approvals.get(name) ?? []).filter(({ worthless }) => worthless !== true);
    // What history holds was decided when it was the tip; only what was never approved is due, and still may run.
    const missed = past.filter(
      (state) => !stored.some(({ version }) => version === versionOf(state)) && !isEnded(lifecycle, versionOf(state)),
    );
    for (const state of missed)
      if (state.sound && state.manifest !== undefined && state.lock !== undefined)
        due.push({ candidate: { ...state, manifest: state.manifest, lock: state.lock }, why: 'past' });
      else problems.push(skipped(name, versionOf(state), 'it does not pass the rules of today'));
    // What is revoked gets no approval more.
    if (tip === undefined || isEnded(lifecycle, tip.manifest.version)) continue;
    if (identity.environment === 'production' && tip.committedAt === undefined) {
      problems.push(uncommitted(tip));
      continue;
    }
    const needed = approvalDue(tip, stored, now, identity.environment);
    if (needed.kind === 'conflict') problems.push(conflict(tip, needed.differs));
    else if (needed.kind === 'due') due.push({ candidate: tip, why: 'tip' });
    else if (missed.length > 0) due.push({ candidate: tip, why: 'behind' });
  }

  const fetched = await fetchAll(due, run);
  problems.push(...fetched.problems);
  const reviewed = await reviewAll(fetched, approvals, run);
  problems.push(...reviewed.problems);
  const approved: string[] = [];
  const ahead = new Set<string>();
  for (const {
    task: { candidate, why },
    checks,
  } of reviewed.passed) {
    const { name, version } = candidate.manifest;
    if (why === 'past') ahead.add(name);
    // An older version that is approved only now must not stay ahead of the tip; otherwise the tip needs nothing.
    if (why === 'behind' && !ahead.has(name)) continue;
    const stored = approvals.get(name) ?? [];
    const approval = await approve(candidate, stored, checks, keys, run);
    await store.add(approval, candidate.manifestBytes, candidate.lockBytes);
    approvals.set(name, [...stored, approval]);
    approved.push(`${name}@${version}`);
  }
  const { published } = selectPublished(servers, approvals);
  // Without any server there is nothing to say.
  if (published.length === 0) return { problems, approved, statusSigned: false, metadataSigned: 0, published };
  const { statusSigned, metadata, standingRevocations } = await updatePublication(
    published,
    { status: workspace.status, metadata: new MetadataStore(workspace.metadata) },
    { ...identity, key: keys.approval },
    { keys, targetsVersion: identity.targetsVersion },
    now,
  );
  problems.push(...standingRevocations.map(revocationKept));
  const metadataSigned = metadata.bins + Number(metadata.snapshot) + Number(metadata.timestamp);
  return { problems, approved, statusSigned, metadataSigned, published };
}

interface Task {
  readonly candidate: ServerVersion;
  /** `behind`: a tip that is approved, but would no longer be the newest once a version of the past is. */
  readonly why: 'tip' | 'past' | 'behind';
}

interface Fetched {
  /** Absent where nothing is due. */
  readonly registry?: NpmRegistry;
  /** Those whose closure is what the lock says. */
  readonly tasks: readonly Task[];
  readonly problems: readonly Problem[];
}

/**
 * Fetches every closure and computes again what its lock says. For a version of the past that fails, the registry goes
 * on without it; a tip that fails is a problem.
 */
async function fetchAll(due: readonly Task[], { workspace, openRegistry, onFetched }: SigningRun): Promise<Fetched> {
  if (due.length === 0) return { tasks: [], problems: [] };
  const registry = await openRegistry();
  const blobs = new BlobStore(workspace.blobs);
  const total = due.reduce((sum, { candidate }) => sum + Object.keys(candidate.lock.closure.packages).length, 0);
  let done = 0;
  const tasks: Task[] = [];
  const problems: Problem[] = [];
  for (const task of due) {
    const { name, version } = task.candidate.manifest;
    try {
      await fetchClosure(task.candidate.lock, { registry, blobs, onFetched: () => onFetched(++done, total) });
      tasks.push(task);
    } catch (error) {
      if (!(error instanceof Refusal || error instanceof Failure)) throw error;
      problems.push(
        task.why === 'past' ? skipped(name, version, error.message) : asProblem(error, 'closure', lockPath(name)),
      );
    }
  }
  return { registry, tasks, problems };
}

/** What blocks one candidate holds up no other; a version of the past that does not pass is gone on without. */
async function reviewAll(
  { tasks, registry }: Fetched,
  approvals: ReadonlyMap<string, readonly StoredApproval[]>,
  run: SigningRun,
): Promise<{ readonly passed: readonly ReviewedCandidate<Task>[]; readonly problems: readonly Problem[] }> {
  if (tasks.length === 0 || registry === undefined) return { passed: [], problems: [] };
  const { root, servers, identity, policy, workspace, now, version } = run;
  const approvedLocks = servers.flatMap(({ name, tip, past }) => {
    const digests = new Set((approvals.get(name) ?? []).map(({ lockDigest }) => lockDigest));
    return [...past, ...(tip === undefined ? [] : [tip])].flatMap(({ lock, lockBytes }) =>
      lock !== undefined && digests.has(sha256(lockBytes)) ? [lock] : [],
    );
  });
  const reviewed = await reviewDue(tasks, {
    root,
    environment: identity.environment,
    policy: policy.value,
    workspace,
    registry,
    servers: servers.flatMap(({ tip }) => tip ?? []),
    approvedLocks,
    now,
    version,
  });
  return {
    passed: reviewed.filter(({ problems }) => problems.length === 0),
    problems: reviewed.flatMap(({ task, problems }) => {
      const { name, version: blocked } = task.candidate.manifest;
      return task.why === 'past' ? problems.map(({ message }) => skipped(name, blocked, message)) : problems;
    }),
  };
}

const skipped = (name: string, version: string, why: string): Problem => ({
  code: 'past-version-skipped',
  file: manifestPath(name),
  message: `${name} ${version} was merged once and has no approval: ${why}`,
  remedy: 'withdraw it under `lifecycle`, and it is not looked for any more',
  severity: 'warning',
});

async function approve(
  candidate: ServerVersion,
  stored: readonly StoredApproval[],
  checks: Approval['checks'],
  keys: SigningKeys,
  run: SigningRun,
): Promise<StoredApproval> {
  const { identity, policy, version, now } = run;
  const next = {
    revision: (stored.findLast((each) => each.version === candidate.manifest.version)?.revision ?? 0) + 1,
    sequence: (stored.at(-1)?.sequence ?? 0) + 1,
  };
  const context: ApprovalContext = {
    registry: identity.registry,
    environment: identity.environment,
    policy: policy.value,
    policyDigest: policy.sha256,
    version,
    checks: [{ tool: 'closure', version, result: 'passed', ranBy: 'signer' }, ...checks],
  };
  // In production from the merge on, so that signing again extends nothing. What nobody merged is tried out here and now.
  const approvedAt = identity.environment === 'production' ? (candidate.committedAt ?? now) : now;
  const statement = composeApproval(candidate, next, context, approvedAt);
  return openApprovalFile(await signStatement(statement, keys.approval, identity.keyring), identity.keyring);
}

const revocationKept = ({ name, versions, state }: Revocation): Problem => ({
  code: 'revocation-kept',
  file: manifestPath(name),
  message: `${name} ${typeof versions === 'string' ? versions : versions.join(', ')} stays ${state}, though its lifecycle no longer says so`,
  remedy: 'put the entry back; to let a version run again, have it reviewed again: a new reviewed_at approves it anew',
  severity: 'warning',
});

const uncommitted = ({ manifest: { name, version } }: ServerVersion): Problem => ({
  code: 'uncommitted',
  file: manifestPath(name),
  message: `${name} ${version} is not what the main line of history holds`,
  remedy: 'merge it first: in production, only what was merged is approved',
});

const conflict = ({ manifest: { name, version } }: ServerVersion, differs: string): Problem => ({
  code: 'approved-otherwise',
  file: manifestPath(name),
  message: `${name} ${version} was approved before, and ${differs} was another then`,
  remedy: `give it a new version, such as ${nextBuild(version)}; an approval is never replaced`,
});
