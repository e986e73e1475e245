/** Whether what was merged is what was reviewed: the same files, byte for byte, and no file more or less. */
import { changedPaths, type ChangedPath } from '../../catalog/objects/changed-paths.ts';
import type { GitObjects } from '../../catalog/objects/git-objects.ts';
import { maxChangedFiles } from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';

export interface Merge {
  /** The main line before it. */
  readonly parent: string;
  readonly commit: string;
  /** What was reviewed. */
  readonly head: string;
  /** The newest commit that the main line before it and the head both come from. */
  readonly mergeBase: string;
}

/**
 * What the merge changed. It changed no path that the pull request did not change, and for each of these the merged commit
 * has the very file of the reviewed head. So a squash cannot hide a file, and neither can a merge that somebody edited; where the
 * main line changed the same file meanwhile, the branch is brought up to date and reviewed again.
 * @throws Refusal E_EVIDENCE_FILES, E_TOO_LARGE, and what the objects throw
 */
export async function reviewedFiles(
  objects: GitObjects,
  { parent, commit, head, mergeBase }: Merge,
): Promise<readonly ChangedPath[]> {
  const merged = await changedPaths(objects, parent, commit);
  const asked = await changedPaths(objects, mergeBase, head);
  if (merged.length + asked.length > maxChangedFiles)
    throw new Refusal('E_TOO_LARGE', `${commit} changes more than ${maxChangedFiles} files`, 'merge less at one time');
  // A merge that takes the head as it is would undo what the main line changed meanwhile, and no reviewer saw that.
  const inRequest = new Set(asked.map(({ path }) => path));
  const stranger = merged.find(({ path }) => !inRequest.has(path));
  if (stranger !== undefined)
    throw new Refusal(
      'E_EVIDENCE_FILES',
      `${stranger.path.slice(0, 200)} changed with the merged commit ${commit}, and the pull request did not change it`,
      'undo the commit; bring the branch up to date, have it reviewed again, and merge it as it is',
    );
  const differs = new Map((await changedPaths(objects, head, commit)).map((each) => [each.path, each]));
  for (const { path } of [...merged, ...asked])
    if (differs.has(path))
      throw new Refusal(
        'E_EVIDENCE_FILES',
        `${path.slice(0, 200)} in the merged commit ${commit} is not what it is in ${head}, which was reviewed`,
        'undo the commit; bring the branch up to date, have it reviewed again, and merge it as it is',
      );
  return merged;
}
