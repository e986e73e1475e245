/** The files of a commit below some paths: from the commit's id to its tree, to its files, each proved by its id. */
import { maxTreeDepth, maxTreeEntries } from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';
import type { FileSource } from '../read-file.ts';
import type { GitObjects, ProvedBlob, ProvedCommit } from './git-objects.ts';
import { readBlobs } from './read-blobs.ts';
import { isFolder, isPlainFile, type Tree, type TreeEntry } from './tree.ts';

/** Everything but folders, by its path: links and commits of other repositories among them. */
export type ListedFiles = ReadonlyMap<string, TreeEntry>;

export interface CommitFiles extends FileSource {
  readonly commit: ProvedCommit;
  /** What there is below the paths that were asked for. */
  readonly files: ListedFiles;
  /** The content of the plain ones among them, by object id. */
  readonly objects: ReadonlyMap<string, ProvedBlob>;
}

/** What is asked for of a commit. */
export interface Wanted {
  /** Files and folders, relative to `folder`. Nothing else is read. */
  readonly paths: readonly string[];
  /** The folder that is the registry; the empty string where it is the top of the repository. */
  readonly folder: string;
}

/** Reads the files themselves. @throws Refusal E_OBJECT, E_FORMAT, E_TOO_LARGE; Failure as the source does */
export async function readCommitFiles(objects: GitObjects, commitId: string, wanted: Wanted): Promise<CommitFiles> {
  const commit = await objects.commit(commitId);
  const files = await listFiles(objects, commit.tree, wanted);
  const plain = [...files.values()].filter(isPlainFile).map(({ id }) => id);
  const blobs = await readBlobs(objects, plain);
  const folders = namesByFolder(files.keys());
  return {
    commit,
    files,
    objects: blobs,
    list: (folder) => [...(folders.get(folder) ?? [])],
    read: (path) => {
      const file = files.get(path);
      if (file === undefined) return folders.has(path) ? 'no-plain-file' : undefined;
      return blobs.get(file.id) ?? 'no-plain-file';
    },
  };
}

/** Which files there are, by path; none of them is read. @throws Refusal E_OBJECT, E_FORMAT, E_TOO_LARGE */
export async function listFiles(objects: GitObjects, tree: string, { paths, folder }: Wanted): Promise<ListedFiles> {
  const found = new Map<string, TreeEntry>();
  const trees = new Map<string, Tree>();
  const read = async (id: string): Promise<Tree> => {
    const known = trees.get(id) ?? (await objects.tree(id));
    trees.set(id, known);
    return known;
  };
  const budget = treeBudget();
  const add = async (entry: TreeEntry, path: string): Promise<void> => {
    if (!isFolder(entry)) {
      found.set(path, entry);
      return;
    }
    const inside = await read(entry.id);
    budget.spend(inside.size, path);
    for (const [name, each] of inside) await add(each, `${path}/${name}`);
  };
  for (const path of paths) {
    let at: TreeEntry | undefined = { mode: '40000', id: tree };
    for (const name of [...folder.split('/'), ...path.split('/')].filter((each) => each !== ''))
      at = at !== undefined && isFolder(at) ? (await read(at.id)).get(name) : undefined;
    if (at !== undefined) await add(at, path);
  }
  return found;
}

/** The bound on what one question goes through. */
export interface TreeBudget {
  /** @throws Refusal E_TOO_LARGE */
  readonly spend: (entries: number, path: string) => void;
}

export function treeBudget(): TreeBudget {
  let left = maxTreeEntries;
  return {
    spend: (entries, path) => {
      left -= entries;
      const depth = path.split('/').length;
      if (left >= 0 && depth <= maxTreeDepth) return;
      throw new Refusal(
        'E_TOO_LARGE',
        left < 0 ? `there are more than ${maxTreeEntries} files` : `folders are more than ${maxTreeDepth} deep`,
        `take out what does not belong there: ${JSON.stringify(path.slice(0, 200))} is where reading ended`,
      );
    },
  };
}

function namesByFolder(paths: Iterable<string>): ReadonlyMap<string, ReadonlySet<string>> {
  const folders = new Map<string, Set<string>>();
  for (const path of paths)
    for (let slash = path.lastIndexOf('/'), rest = path; slash !== -1; slash = rest.lastIndexOf('/')) {
      const folder = rest.slice(0, slash);
      const names = folders.get(folder) ?? new Set();
      const isKnown = folders.has(folder);
      names.add(rest.slice(slash + 1));
      folders.set(folder, names);
      if (isKnown) break;
      rest = folder;
    }
  return folders;
}
