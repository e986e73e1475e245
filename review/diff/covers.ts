/** Whether one path contains everything in another, so that the other adds nothing. */

/** A folder contains everything below it. A path that leads upwards contains only itself. */
export function coversPath(wide: string, narrow: string): boolean {
  const [folder, path] = [plain(wide), plain(narrow)];
  if (folder === path) return true;
  if ([folder, path].some((each) => each.split('/').includes('..'))) return false;
  return path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

/** A path without redundant parts: `./`, double slashes and a slash at the end. */
const plain = (path: string): string =>
  path
    .replaceAll(/\/+(?:\.\/+)*/gu, '/')
    .replace(/^\.\//u, '')
    .replace(/(?<=.)\/\.?$/u, '');
