/** A folder as a commit has it, written somewhere else. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { normalize } from 'node:path/posix';
import { mapConcurrently } from '../core/concurrency.ts';
import { isInnerPath } from '../core/inner-path.ts';
import type { CommitSource } from './committed.ts';
import { git } from '../core/git.ts';
import { listFiles } from './objects/commit-files.ts';
import { isPlainFile } from './objects/tree.ts';

/** Files that are written at one time. */
const atOnce = 16;

/** Whether a folder differs from a commit, untracked files included. */
export async function differsFrom(root: string, commit: string, folder: string): Promise<boolean> {
  const changed = await git(root, 'diff', '--name-only', '--no-renames', commit, '--', folder);
  const untracked = await git(root, 'ls-files', '--others', '--exclude-standard', '--', folder);
  return changed !== '' || untracked !== '';
}

/**
 * Writes the plain files of a folder as a commit has them below `target`, at the same path.
 * @throws Refusal E_OBJECT, E_FORMAT, E_TOO_LARGE; Failure `git`
 */
export async function writeFilesAt(
  { lend, folder: registry }: CommitSource,
  commit: string,
  folder: string,
  target: string,
): Promise<void> {
  await lend(async (objects) => {
    const { tree } = await objects.commit(commit);
    const path = normalize(folder).replace(/\/$/u, '');
    const listed = await listFiles(objects, tree, { paths: [path], folder: registry });
    // A link is no file of the folder, nor is a file of the folder's name.
    const files = [...listed].filter(
      ([file, entry]) => isPlainFile(entry) && isInnerPath(file) && file.startsWith(`${path}/`),
    );
    const folders = new Set(files.map(([file]) => dirname(join(target, file))));
    for (const each of folders) await mkdir(each, { recursive: true });
    await mapConcurrently(files, atOnce, async ([file, { id }]) =>
      writeFile(join(target, file), await objects.blob(id)),
    );
  });
}
