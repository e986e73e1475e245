/** The files of a registry as a commit has them: what stands in the working tree plays no part. */
import { git, readObjects } from './git.ts';
import type { FileSource } from './read-file.ts';

export interface CommittedFiles extends FileSource {
  readonly commit: string;
  /** What was read, by object id. */
  readonly objects: ReadonlyMap<string, Buffer>;
}

/** Reads what a registry is made of, but for its advisories and trust/, which are read as folders. @throws Failure `git` */
export async function readCommit(root: string, commit: string): Promise<CommittedFiles> {
  const listed = await git(root, 'ls-tree', '-r', '-z', commit, '--', 'registry.yaml', 'policy.yaml', 'servers');
  const files = new Map<string, { readonly mode: string; readonly id: string }>();
  for (const line of listed.split('\0')) {
    const { mode, id, path } = /^(?<mode>\d+) \w+ (?<id>[0-9a-f]+)\t(?<path>.+)$/su.exec(line)?.groups ?? {};
    if (mode !== undefined && id !== undefined && path !== undefined) files.set(path, { mode, id });
  }
  const isPlain = (mode: string): boolean => mode.startsWith('100');
  const ids = [...files.values()].filter(({ mode }) => isPlain(mode)).map(({ id }) => id);
  const objects = await readObjects(root, [...new Set(ids)]);
  return {
    commit,
    objects,
    list: (folder) => [
      ...new Set(
        [...files.keys()].flatMap((path) =>
          path.startsWith(`${folder}/`) ? (path.slice(folder.length + 1).split('/')[0] ?? []) : [],
        ),
      ),
    ],
    read: (path) => {
      const file = files.get(path);
      if (file !== undefined) return isPlain(file.mode) ? (objects.get(file.id) ?? Buffer.alloc(0)) : 'no-plain-file';
      // A folder of that name has its files listed, and not itself.
      return [...files.keys()].some((other) => other.startsWith(`${path}/`)) ? 'no-plain-file' : undefined;
    },
  };
}
