/** What a commit changed against another one: only the folders that differ are read. */
import { compareText } from '../../core/order.ts';
import { treeBudget } from './commit-files.ts';
import type { GitObjects } from './git-objects.ts';
import { isFolder, type Tree, type TreeEntry } from './tree.ts';

/** A path that is not the same in both: a file, a link, or another repository's commit. Never a folder. */
export interface ChangedPath {
  readonly path: string;
  /** Absent where it is new. */
  readonly before?: TreeEntry;
  /** Absent where it was deleted. */
  readonly after?: TreeEntry;
}

const nothing: Tree = new Map();

/**
 * Sorted by path; a file that was moved is deleted in one place and new in the other. Without `from` everything is new.
 * @throws Refusal E_OBJECT, E_FORMAT, E_TOO_LARGE; Failure as the source does
 */
export async function changedPaths(
  objects: GitObjects,
  from: string | undefined,
  to: string,
): Promise<readonly ChangedPath[]> {
  const changed: ChangedPath[] = [];
  const budget = treeBudget();
  const inside = (entry: TreeEntry | undefined): Promise<Tree> =>
    entry !== undefined && isFolder(entry) ? objects.tree(entry.id) : Promise.resolve(nothing);
  const compare = async (path: string, before: TreeEntry | undefined, after: TreeEntry | undefined): Promise<void> => {
    if (before?.id === after?.id && before?.mode === after?.mode) return;
    const fileBefore = before === undefined || isFolder(before) ? undefined : before;
    const fileAfter = after === undefined || isFolder(after) ? undefined : after;
    if (fileBefore !== undefined || fileAfter !== undefined)
      changed.push({
        path,
        ...(fileBefore !== undefined && { before: fileBefore }),
        ...(fileAfter !== undefined && { after: fileAfter }),
      });
    const [old, now] = await Promise.all([inside(before), inside(after)]);
    budget.spend(old.size + now.size, path);
    for (const name of new Set([...old.keys(), ...now.keys()]))
      await compare(path === '' ? name : `${path}/${name}`, old.get(name), now.get(name));
  };
  const topOf = async (id: string): Promise<TreeEntry> => ({ mode: '40000', id: (await objects.commit(id)).tree });
  await compare('', from === undefined ? undefined : await topOf(from), await topOf(to));
  return changed.sort((a, b) => compareText(a.path, b.path));
}
