/** Whose approvals are valid, and who asked for changes, before anybody asks for roles. */
import type { Account, Review } from './forge.ts';
import type { MergedPullRequest } from './pull-request.ts';
import type { Writers } from './writers.ts';

export interface Reviewers {
  /** People who approved exactly the final head before it was merged, said nothing else since, and wrote none of it. */
  readonly approvers: readonly Account[];
  /** Who asked for changes and did not withdraw it, before the merge or after it; nothing for an account that is gone. */
  readonly objectors: readonly (Account | undefined)[];
}

export function reviewersOf(
  reviews: readonly Review[],
  { head, merged }: Pick<MergedPullRequest, 'head' | 'merged'>,
  writers: Writers,
): Reviewers {
  const said = reviews.filter(({ state }) => state !== 'comment');
  const byPerson = Map.groupBy(said, ({ by }) => by?.id);
  const approvers: Account[] = [];
  const objectors: (Account | undefined)[] = [];
  for (const [id, all] of byPerson) {
    // The forge's order is not relied on: of two at one moment, neither may win over a request for changes.
    const last = all.toSorted((a, b) => a.at.getTime() - b.at.getTime()).at(-1);
    const open = all.filter(({ state, at }) => state === 'changes-requested' && at.getTime() === last?.at.getTime());
    // Nobody knows whether several accounts that are gone were one.
    const ofGone = id === undefined ? all.filter(({ state }) => state === 'changes-requested') : [];
    const [request] = [...open, ...ofGone];
    if (request !== undefined) {
      objectors.push(request.by);
      continue;
    }
    // A second is the forge's unit: what was submitted in that of the merge was there when it was merged.
    if (last?.by === undefined || last.state !== 'approved' || last.commit !== head || last.at > merged.at) continue;
    if (last.by.isPerson && !writers.has(last.by)) approvers.push(last.by);
  }
  return { approvers, objectors };
}
