/** Whose approvals count, before anybody asks for roles. */
import { Refusal } from '../../core/refusal.ts';
import type { Account, Review } from './forge.ts';
import type { MergedPullRequest } from './pull-request.ts';
import type { Writers } from './writers.ts';

/**
 * People who approved exactly the final head before it was merged, said nothing else since, and wrote none of it.
 * @throws Refusal E_EVIDENCE_CHANGES_REQUESTED
 */
export function approversOf(
  reviews: readonly Review[],
  { number, head, merged }: MergedPullRequest,
  writers: Writers,
): readonly Account[] {
  const said = reviews.filter(({ state }) => state !== 'comment');
  const byPerson = Map.groupBy(said, ({ by }) => by?.id);
  const approvers: Account[] = [];
  for (const [id, all] of byPerson) {
    // The forge's order is not relied on: of two at one moment, neither may win over a request for changes.
    const last = all.toSorted((a, b) => a.at.getTime() - b.at.getTime()).at(-1);
    const open = all.filter(({ state, at }) => state === 'changes-requested' && at.getTime() === last?.at.getTime());
    // Nobody knows whether several accounts that are gone were one.
    const ofGone = id === undefined ? all.filter(({ state }) => state === 'changes-requested') : [];
    const [request] = [...open, ...ofGone];
    if (request !== undefined)
      throw new Refusal(
        'E_EVIDENCE_CHANGES_REQUESTED',
        `${request.by?.login ?? 'somebody whose account is gone'} asked for changes in the pull request ${number}, and nobody resolved it`,
        'undo the commit; have the request resolved, approved or dismissed in a new pull request',
      );
    // A second is the forge's unit: what was submitted in that of the merge was there when it was merged.
    if (last?.by === undefined || last.state !== 'approved' || last.commit !== head || last.at > merged.at) continue;
    if (last.by.isPerson && !writers.has(last.by)) approvers.push(last.by);
  }
  return approvers;
}
