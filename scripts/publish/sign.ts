/** Signing what is due: approvals for versions that have none, then the status over all records. */
import { join } from 'node:path';
import { BlobStore } from '../../core/blob-store.ts';
import { hasErrors, type Problem } from '../../core/problem.ts';
import type { NpmRegistry } from '../../core/npm-registry.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Policy } from '../../schemas/types.ts';
import { approvalDue, composeApproval, type ApprovalContext, type Candidate } from '../../signer/approval.ts';
import { ApprovalsStore, openApprovalFile, type StoredApproval } from '../../signer/approvals-store.ts';
import { signStatement } from '../../signer/bundle.ts';
import { fetchClosure } from '../../signer/fetch-closure.ts';
import type { Published } from '../../signer/record.ts';
import { composeRecords, updateStatus, type RecordFile } from '../../signer/status.ts';
import type { Identity } from './identity.ts';
import { selectPublished } from './select.ts';
import { versionOf, type WantedServer } from './wanted.ts';
import type { Workspace } from './workspace.ts';

export interface SigningRun {
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
  readonly published: readonly Published[];
  readonly records: readonly RecordFile[];
}

/** Signs nothing where anything is wrong: all that is due, or none of it. */
export async function signRepository(run: SigningRun): Promise<SigningResult> {
  const { servers, identity, workspace, now } = run;
  const store = new ApprovalsStore(workspace.folder);
  const approvals = new Map(await store.readAll(identity.keyring));
  const problems: Problem[] = [];
  const due: Candidate[] = [];
  for (const { name, tip, past } of servers) {
    const stored = approvals.get(name) ?? [];
    let behind = false;
    for (const state of past) {
      if (state.manifest === undefined || state.lock === undefined) continue;
      // What history holds was decided when it was the tip; only what was never approved is due.
      if (stored.some(({ version }) => version === versionOf(state))) continue;
      due.push({ ...state, manifest: state.manifest, lock: state.lock });
      behind = true;
    }
    if (tip === undefined) continue;
    const needed = approvalDue(tip, stored, now, identity.environment);
    if (needed.kind === 'conflict') problems.push(conflict(tip, needed.differs));
    // An older version that is approved now must not stay ahead of the tip.
    else if (needed.kind === 'due' || behind) due.push(tip);
  }
  if (hasErrors(problems)) return { problems, approved: [], statusSigned: false, published: [], records: [] };

  problems.push(...(await fetchAll(due, run)));
  if (hasErrors(problems)) return { problems, approved: [], statusSigned: false, published: [], records: [] };
  const approved: string[] = [];
  for (const candidate of due) {
    const { name, version } = candidate.manifest;
    const stored = approvals.get(name) ?? [];
    const approval = await approve(candidate, stored, run);
    await store.add(approval, candidate.manifestBytes, candidate.lockBytes);
    approvals.set(name, [...stored, approval]);
    approved.push(`${name}@${version}`);
  }
  const { published } = selectPublished(servers, approvals);
  const records = composeRecords(published);
  const statusSigned = await updateStatus(workspace.status, published, records, identity, now);
  return { problems, approved, statusSigned, published, records };
}

/** The signer believes no lock that it did not compute again. */
async function fetchAll(
  due: readonly Candidate[],
  { workspace, openRegistry, onFetched }: SigningRun,
): Promise<Problem[]> {
  if (due.length === 0) return [];
  const registry = await openRegistry();
  const blobs = new BlobStore(workspace.blobs);
  const total = due.reduce((sum, { lock }) => sum + Object.keys(lock.closure.packages).length, 0);
  let done = 0;
  const problems: Problem[] = [];
  for (const candidate of due) {
    try {
      await fetchClosure(candidate.lock, { registry, blobs, onFetched: () => onFetched(++done, total) });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { code, message, remedy } = error;
      const file = join('servers', `${candidate.manifest.name}.lock.json`);
      problems.push({ code: code.toLowerCase().replace(/^e_/u, 'closure-'), file, message, remedy });
    }
  }
  return problems;
}

async function approve(
  candidate: Candidate,
  stored: readonly StoredApproval[],
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
    checks: [{ tool: 'closure', version, result: 'passed', ranBy: 'signer' }],
  };
  const statement = composeApproval(candidate, next, context, now);
  return openApprovalFile(await signStatement(statement, identity.key, identity.keyring), identity.keyring);
}

const conflict = ({ manifest: { name, version } }: Candidate, differs: string): Problem => ({
  code: 'approved-otherwise',
  file: join('servers', `${name}.yaml`),
  message: `${name} ${version} was approved before, and ${differs} was another then`,
  remedy: `give it a new version, such as ${version}+1; an approval is never replaced`,
});
