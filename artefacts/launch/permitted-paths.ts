/** The files of the user that a manifest permits, with what the user gave in place of its placeholders. */
import type { Manifest } from '../../schemas/types.ts';
import { stateFolderName } from '../../core/placeholders.ts';

/**
 * Whether each may be changed. `paths` are those that the user gave, by the name of the argument or the variable. A permission of
 * something that was not given is no path.
 */
export function permittedPaths(
  { permissions }: Pick<Manifest, 'permissions'>,
  paths: ReadonlyMap<string, readonly string[]>,
): Map<string, boolean> {
  const { read = [], write = [] } = permissions?.filesystem ?? {};
  const all = new Map<string, boolean>();
  for (const path of read.flatMap((each) => expand(each, paths))) all.set(trimmed(path), false);
  for (const path of write.flatMap((each) => expand(each, paths))) all.set(trimmed(path), true);
  return all;
}

const trimmed = (path: string): string => path.replace(/(?<=.)\/+$/u, '');

const placeholder = /\$\{(?<name>[^}]*)\}/u;

/** What a value holds is never a placeholder again. */
function expand(path: string, paths: ReadonlyMap<string, readonly string[]>): string[] {
  const found = placeholder.exec(path);
  if (found === null) return [path];
  const name = found.groups?.['name'] ?? '';
  // The server's own folder is always there.
  if (name === stateFolderName) return [];
  const [before, after] = [path.slice(0, found.index), expand(path.slice(found.index + found[0].length), paths)];
  return (paths.get(name) ?? []).flatMap((value) => after.map((rest) => before + value + rest));
}
