import { changedPaths } from '../../catalog/objects/changed-paths.ts';
import type { GitObjects } from '../../catalog/objects/git-objects.ts';
import type { ServerStates } from '../../catalog/server-states.ts';
import { mainLine } from './main-line.ts';

/**
 * Takes in what the commits of the main line after `from` brought, up to `to`. Only folders that changed are read.
 * @throws Refusal E_EVIDENCE_HISTORY where the main line of `to` does not hold `from`; and what the objects throw
 */
export async function followMainLine(
  objects: GitObjects,
  states: ServerStates,
  from: string,
  to: string,
): Promise<void> {
  for (const { id, parents, committer } of await mainLine(objects, { tip: to, commit: to, since: from }))
    states.add({ id, committedAt: committer.at }, await changedPaths(objects, parents[0], id));
}
