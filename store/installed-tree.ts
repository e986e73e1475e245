/**
 * Checks that an installed closure is the approved one: every file of every package, and no other file. All files are
 * read again before each launch, in one pass. No result of an earlier check is used.
 */
import { lstatSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { systemCode } from '../core/failure.ts';
import { parentOf } from '../core/inner-path.ts';
import { maxExecutablesBytes } from '../core/limits.ts';
import { Refusal } from '../core/refusal.ts';
import { readRegularFile } from '../core/regular-file.ts';
import { treeDigest, type TreeEntry } from '../core/tree.ts';
import type { Part } from '../artefacts/part.ts';
import { readTree, type FoundFiles } from './tree-files.ts';

/** An installed closure of which every file was just checked. */
export interface InstalledTree {
  /** Without links on the way. */
  readonly root: string;
  /** Relative to `root`, with forward slashes. */
  readonly files: ReadonlySet<string>;
  /** Those that are executable. */
  readonly executables: ReadonlySet<string>;
}

/**
 * A list beside `node_modules` of the executable files, for systems that do not store an executable bit. There, the
 * trees' digests prove the list. On other systems, the list must agree with the files.
 */
export const executablesFile = 'executables.json';

/**
 * `parts` are those that belong on this platform.
 * @throws Refusal E_TREE, E_STORE
 */
export function checkInstalledTree(root: string, parts: readonly Pick<Part, 'folder' | 'tree'>[]): InstalledTree {
  const { files, others } = readFound(root);
  // Windows stores no such bit. There the list is used, and the trees' digests prove whether it is right.
  const isExecutable = ({ path, executable }: TreeEntry): boolean =>
    process.platform === 'win32' ? listed.includes(JSON.stringify(path)) : executable;
  const [stray] = others;
  if (stray !== undefined) throw changed(root, `${stray} does not belong there`);
  const listed = files.some(({ path }) => path === executablesFile)
    ? readRegularFile(join(root, executablesFile), maxExecutablesBytes).bytes.toString('utf8')
    : '';

  const entries = new Map<string, TreeEntry[]>(parts.map(({ folder }) => [folder, []]));
  const ownerOf = owners(entries);
  const installed = files.filter(({ path }) => path !== executablesFile);
  for (const file of installed) {
    const owner = ownerOf(parentOf(file.path));
    if (owner === '') throw changed(root, `${file.path} does not belong there`);
    entries.get(owner)?.push({ ...file, path: file.path.slice(owner.length + 1), executable: isExecutable(file) });
  }
  for (const { folder, tree } of parts) {
    const actual = treeDigest(entries.get(folder) ?? []);
    if (actual !== tree) throw changed(root, `${folder} has the tree ${actual}, not ${tree}`);
  }
  const executables = installed.filter(isExecutable).map(({ path }) => path);
  if (listed !== listOfExecutables(executables))
    throw changed(root, `${executablesFile} does not say which files are executable`);
  return { root, files: new Set(installed.map(({ path }) => path)), executables: new Set(executables) };
}

/**
 * A file belongs to the part with the nearest folder above it. If there is no such folder, it belongs to none.
 */
function owners(parts: ReadonlyMap<string, unknown>): (folder: string) => string {
  const known = new Map<string, string>();
  const ownerOf = (folder: string): string => {
    if (folder === '' || parts.has(folder)) return folder;
    const owner = known.get(folder) ?? ownerOf(parentOf(folder));
    known.set(folder, owner);
    return owner;
  };
  return ownerOf;
}

/** A file that cannot be read, because of its name, rights or kind, is not the one that was installed. */
function readFound(root: string): FoundFiles {
  try {
    return readTree(root);
  } catch (cause) {
    const code = systemCode(cause);
    if (code === undefined || !unreadable.has(code)) throw cause;
    const path = cause instanceof Error && 'path' in cause ? String(cause.path) : root;
    throw changed(root, `${path} cannot be read (${code})`, cause);
  }
}

/** ENOENT: a name that is not UTF-8 was listed as another one. */
const unreadable: ReadonlySet<string> = new Set([
  ...['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP', 'EMLINK', 'ENXIO', 'EACCES', 'EPERM', 'ENAMETOOLONG', 'EILSEQ', 'EINVAL'],
]);

/** What the file of executables says. */
export const listOfExecutables = (paths: readonly string[]): string => JSON.stringify(paths.toSorted());

const changed = (root: string, why: string, cause?: unknown): Refusal =>
  new Refusal(
    'E_TREE',
    `the files in ${root} are not the approved ones: ${why}`,
    'run `countersign uninstall` for this server, then install it again',
    ...(cause === undefined ? [] : [{ cause }]),
  );

/**
 * Node looks for modules in every folder above a script and in two folders of the user's home. No lock covers these
 * folders, so they must not exist. `root` must be a path without links.
 * @throws Refusal E_AMBIENT_CODE
 */
export function checkNothingAround(root: string, homes: readonly string[]): void {
  const candidates = homes.flatMap((home) => [join(home, '.node_modules'), join(home, '.node_libraries')]);
  // https://nodejs.org/api/modules.html#loading-from-the-global-folders
  const beside = dirname(process.execPath);
  candidates.push(join(process.platform === 'win32' ? beside : dirname(beside), 'lib', 'node'));
  for (let above = dirname(root); ; above = dirname(above)) {
    if (!above.endsWith(`${sep}node_modules`)) candidates.push(join(above, 'node_modules'));
    if (above === dirname(above)) break;
  }
  for (const folder of candidates) {
    if (readable(folder))
      throw new Refusal(
        'E_AMBIENT_CODE',
        `${folder} exists: Node would load code from it that nobody approved`,
        root.startsWith(`${dirname(folder)}${sep}`)
          ? 'move that folder away, or set XDG_DATA_HOME to a folder with nothing of the kind above it'
          : 'move that folder away',
      );
  }
}

function readable(folder: string): boolean {
  return lstatSync(folder, { throwIfNoEntry: false }) !== undefined;
}
