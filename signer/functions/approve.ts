/**
 * The function that approves: it has the approval key, and sees digests and no archives. It finds out by itself who approved,
 * takes the reviews that the first function stored, and signs approvals and the status; without a commit, the status alone.
 */
import { ApprovalsStore } from '../approval/approvals-store.ts';
import { approveDue } from '../approval/approve-due.ts';
import { readReviews } from '../approval/stored-reviews.ts';
import { writeFileIndex } from '../file-index-store.ts';
import type { SigningKey } from '../keys/signing-key.ts';
import { withKey } from '../keys/with-key.ts';
import { concludeCommit, notRenewed, openCommit, type OpenedCommit } from '../open-commit.ts';
import { revocationsKept, signStatus } from '../publication.ts';
import { readStanding } from '../standing.ts';
import { writeTrust } from '../trust-store.ts';
import { commitContext } from './commit-context.ts';
import { handlerOf, type Outcome } from './function.ts';
import type { FunctionContext } from './function-context.ts';

/** The status is signed whatever keeps the commit from being used: without it, hosts stop. */
export async function approve(context: FunctionContext, commit: string | undefined): Promise<Outcome> {
  const read = await openCommit(commitContext(context, commit, true)).catch((error: unknown) => ({ error }));
  return withKey(context.config.keys.approval, context, async (key) => {
    if ('opened' in read) return approveOpened(read.opened, key, context);
    // Neither the commit nor the last one that was signed can be read: what is in the state is enough for the status.
    const statusSigned = await renewStatus(key, context).catch((cause: unknown) => {
      throw 'error' in read ? notRenewed(read.error, cause) : cause;
    });
    if ('error' in read) throw read.error;
    const { problems, stopped } = read;
    return { done: { approved: [], statusSigned }, problems, ...(stopped !== undefined && { stopped }) };
  });
}

async function approveOpened(opened: OpenedCommit, key: SigningKey, context: FunctionContext): Promise<Outcome> {
  const { state, program, version, now } = context;
  const { prepared, evidence, stopped } = opened;
  const { policy, identity, files } = prepared;
  const store = new ApprovalsStore(state, program);
  const stored = await store.readAll(identity.keyring);
  const first = await signStatus(prepared, stored, key, now);
  const { approvals, approved, problems } = await approveDue(store, stored, key, {
    ...{ ...prepared, now, version },
    ...(evidence !== undefined && { evidence }),
    review: (candidates) => readReviews(state, candidates, { program, policy: policy?.sha256 ?? '', now }),
  });
  const last = approved.length === 0 ? first : await signStatus(prepared, { ...stored, approvals }, key, now);
  await store.saveIndex(stored.index);
  await writeFileIndex(state, files);
  await writeTrust(state, identity);
  await concludeCommit(context, opened);
  return {
    done: { approved, statusSigned: first.statusSigned || last.statusSigned },
    problems: [...prepared.problems, ...stored.problems, ...problems, ...revocationsKept(last)],
    ...(stopped !== undefined && { stopped }),
  };
}

async function renewStatus(key: SigningKey, { config, ...context }: FunctionContext): Promise<boolean> {
  const { state, program, now } = context;
  const standing = await readStanding({ ...context, keys: config.keys });
  const stored = await new ApprovalsStore(state, program).readAll(standing.identity.keyring);
  return (await signStatus(standing, stored, key, now)).statusSigned;
}

export const handler = handlerOf('approve', approve, { takesCommit: true });
