/** The files of a registry as a commit in a clone has them: what stands in the working tree plays no part. */
import { folderInRepository } from './git.ts';
import { withClone } from './objects/clone.ts';
import { readCommitFiles, type CommitFiles } from './objects/commit-files.ts';

/** What a registry is made of, but for its advisories and trust/, which are read as folders. */
const registryPaths = ['registry.yaml', 'policy.yaml', 'servers'];

/** @throws Refusal E_OBJECT, E_FORMAT, E_TOO_LARGE; Failure `git` */
export async function readCommit(root: string, commit: string): Promise<CommitFiles> {
  const folder = await folderInRepository(root);
  return withClone(root, (objects) => readCommitFiles(objects, commit, { paths: registryPaths, folder }));
}
