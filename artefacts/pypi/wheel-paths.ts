/** Where Python has to look for modules in an unpacked wheel. */
import { posix } from 'node:path';
import { parentOf } from '../../core/inner-path.ts';
import type { PackageFile } from '../archives/tarball.ts';

export interface SearchPaths {
  /** Relative to the unpacked wheel, the most important first. The empty string is the wheel itself. */
  readonly paths: readonly string[];
  /** Whether a `.pth` file holds code, which Python would run at every start, and hosts never do. */
  readonly hasPthCode: boolean;
}

/** `data` is the wheel's own folder of files for other places: two of these places are the same as the wheel itself. */
export function searchPaths(files: readonly PackageFile[], data: string): SearchPaths {
  const folders = foldersOf(files);
  const roots = ['', `${data}/purelib`, `${data}/platlib`].filter((root) => folders.has(root));
  const paths = new Set(roots);
  let hasPthCode = false;
  for (const root of roots)
    for (const { content } of files.filter(({ path }) => path.endsWith('.pth') && parentOf(path) === root))
      for (const line of linesOf(content)) {
        // As the module `site` reads it.
        if (/^import[ \t]/u.test(line)) hasPthCode = true;
        else if (!line.startsWith('#') && line.trim() !== '') addFolder(paths, root, line.trimEnd(), folders);
      }
  return { paths: [...paths], hasPthCode };
}

/** All folders, the top one as the empty string. */
function foldersOf(files: readonly PackageFile[]): ReadonlySet<string> {
  const folders = new Set(['']);
  for (const { path } of files)
    for (let folder = parentOf(path); !folders.has(folder); folder = parentOf(folder)) folders.add(folder);
  return folders;
}

const linesOf = (content: Uint8Array): string[] =>
  Buffer.from(content)
    .toString('utf8')
    .replace(/^\ufeff/u, '')
    .split(/\r\n|\r|\n/u);

/** Wheels for Windows write backslashes. What leads out of the wheel, or nowhere in it, is left out. */
function addFolder(paths: Set<string>, root: string, line: string, folders: ReadonlySet<string>): void {
  const path = line.replaceAll('\\', '/');
  if (posix.isAbsolute(path)) return;
  const folder = posix.join(root, path).replace(/\/$/u, '');
  const inside = folder === '.' ? '' : folder;
  if (folders.has(inside)) paths.add(inside);
}
