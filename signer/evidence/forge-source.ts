/** A repository on a forge as the source of commits: nothing is cloned, and every object is proved by its id. */
import type { CommitSource } from '../../catalog/committed.ts';
import { listFiles } from '../../catalog/objects/commit-files.ts';
import type { GitObjects } from '../../catalog/objects/git-objects.ts';
import { ServerStates } from '../../catalog/server-states.ts';
import { Failure } from '../../core/failure.ts';
import { followMainLine } from './follow-main-line.ts';

/** `begin` is the commit that the signer began with: what the main line held before it is not asked for. */
export const forgeSource = (objects: GitObjects, begin: string | undefined): CommitSource => ({
  lend: (use) => use(objects),
  folder: '',
  statesUntil: async (commit) => {
    if (begin === undefined)
      throw new Failure(
        'main-line-unknown',
        'what the main line held of each server is not stored, and nothing says where the signer began',
        'write the commit that the signer began with into `forge.begin` of its configuration, or run `registry reindex --state <address>` in a clone',
      );
    const { tree, committer } = await objects.commit(begin);
    const files = await listFiles(objects, tree, { paths: ['servers'], folder: '' });
    const states = new ServerStates();
    // As if that commit had brought everything that it holds.
    states.add(
      { id: begin, committedAt: committer.at },
      [...files].map(([path, after]) => ({ path, after })),
    );
    await followMainLine(objects, states, begin, commit);
    return states;
  },
});
