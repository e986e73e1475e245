/** Whether one path holds all that another holds, so that the other adds nothing to it. */

/** A folder holds what is below it. What leads upwards is only what it is itself. */
export function coversPath(wide: string, narrow: string): boolean {
  const [folder, path] = [plain(wide), plain(narrow)];
  if (folder === path) return true;
  if ([folder, path].some((each) => each.split('/').includes('..'))) return false;
  return path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

/** Without what says nothing: `./` and slashes that stand twice or last. */
const plain = (path: string): string =>
  path
    .replaceAll(/\/+(?:\.\/+)*/gu, '/')
    .replace(/^\.\//u, '')
    .replace(/(?<=.)\/\.?$/u, '');
