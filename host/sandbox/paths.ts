/** Where a path really leads, and what lies in what. */
import { lstatSync, realpathSync, type Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Whether a path is a folder, or lies in it. Both are absolute and without links. */
export const liesIn = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);

/**
 * Without links, as far as it exists: the rest is not there yet, or may not be looked at. `known` keeps the folders that many
 * paths share.
 */
export function resolved(path: string, known = new Map<string, string>()): string {
  const before = known.get(path);
  if (before !== undefined) return before;
  const above = dirname(path);
  const place = above === path ? path : withoutLink(join(resolved(above, known), basename(path)));
  known.set(path, place);
  return place;
}

function withoutLink(path: string): string {
  if (found(path)?.isSymbolicLink() !== true) return path;
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function found(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    // In a folder that may not be entered, or in a file.
    return undefined;
  }
}
