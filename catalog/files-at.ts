/** A folder as a commit has it, written somewhere else. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isInnerPath } from '../core/inner-path.ts';
import { git, readObjects } from './git.ts';

/** Whether a folder differs from a commit, untracked files included. */
export async function differsFrom(root: string, commit: string, folder: string): Promise<boolean> {
  const changed = await git(root, 'diff', '--name-only', '--no-renames', commit, '--', folder);
  const untracked = await git(root, 'ls-files', '--others', '--exclude-standard', '--', folder);
  return changed !== '' || untracked !== '';
}

/** Writes the plain files of a folder as a commit has them below `target`, at the same path. */
export async function writeFilesAt(root: string, commit: string, folder: string, target: string): Promise<void> {
  const listed = await git(root, 'ls-tree', '-r', '-z', commit, '--', `${folder}/`);
  const files = listed.split('\0').flatMap((line) => {
    const { mode, id, path } = /^(?<mode>\d+) blob (?<id>[0-9a-f]+)\t(?<path>.+)$/su.exec(line)?.groups ?? {};
    // A link is no file of the folder.
    return mode?.startsWith('100') === true && id !== undefined && path !== undefined && isInnerPath(path)
      ? [{ id, path }]
      : [];
  });
  const objects = await readObjects(root, [...new Set(files.map(({ id }) => id))]);
  for (const { id, path } of files) {
    await mkdir(dirname(join(target, path)), { recursive: true });
    await writeFile(join(target, path), objects.get(id) ?? '');
  }
}
