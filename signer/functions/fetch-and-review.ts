/**
 * The function that fetches and reviews: it has a network and no key, and is the only one that unpacks what others made. What
 * passed it stores for the function that approves, and it may write nothing else.
 */
import { openSources } from '../../artefacts/open-sources.ts';
import { ApprovalsStore } from '../approval/approvals-store.ts';
import { approvedPackages } from '../approval/approved-packages.ts';
import { candidatesOf } from '../approval/approve-due.ts';
import { fetchAndReview as review } from '../approval/fetch-and-review.ts';
import { storeReview } from '../approval/stored-reviews.ts';
import { openCommit } from '../open-commit.ts';
import { commitContext } from './commit-context.ts';
import { handlerOf, type Outcome } from './function.ts';
import type { FunctionContext } from './function-context.ts';

/** Nothing is fetched of a commit that nobody approved. */
export async function fetchAndReview(context: FunctionContext, commit: string | undefined): Promise<Outcome> {
  const { state, program, version, now, config } = context;
  const read = await openCommit(commitContext(context, commit, false));
  if (!read.ok)
    return { done: {}, problems: read.problems, ...(read.stopped !== undefined && { stopped: read.stopped }) };
  const { prepared, stopped } = read.opened;
  const { policy, identity } = prepared;
  if (stopped !== undefined || policy === undefined)
    return { done: { reviewed: [] }, problems: prepared.problems, ...(stopped !== undefined && { stopped }) };
  const store = new ApprovalsStore(state, program);
  const stored = await store.readAll(identity.keyring);
  const due = await candidatesOf(stored, { ...prepared, now, version });
  const { passed, problems } = await review(due.candidates, {
    ...{ ...prepared, now, version, policy: policy.value, environment: identity.environment },
    approvedPackages: () => approvedPackages(state, store, stored.approvals),
    openSources: () => openSources(config, 'public'),
    onFetched: () => undefined,
  });
  for (const each of passed) await storeReview(state, each, { program, policy: policy.sha256 });
  return {
    done: { reviewed: passed.map(({ candidate: { manifest } }) => `${manifest.name}@${manifest.version}`) },
    problems: [...prepared.problems, ...stored.problems, ...due.problems, ...problems],
  };
}

export const handler = handlerOf('fetch-and-review', fetchAndReview, { takesCommit: true });
