/**
 * Whether an installed closure is the approved one: every file of every package, and no file besides. Read anew
 * before each launch, in one pass; nothing that was found out earlier is believed.
 */
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { sha256 } from '../../core/digest.ts';
import { Refusal } from '../../core/refusal.ts';
import { treeDigest, type TreeEntry } from '../../core/tree.ts';
import type { LockedPackage } from '../../schemas/types.ts';

/** An installed closure whose every file was just found to be the approved one. */
export interface InstalledTree {
  /** Without links on the way. */
  readonly root: string;
  /** Relative to `root`, with forward slashes. */
  readonly files: ReadonlySet<string>;
}

/**
 * Beside `node_modules`: which files are executable, for systems that do not keep it. There the trees prove it right;
 * elsewhere it must say what is so.
 */
export const executablesFile = 'executables.json';

/**
 * `root` holds `node_modules`; `packages` are those that belong on this platform.
 * @throws Refusal E_TREE
 */
export function checkInstalledTree(root: string, packages: ReadonlyMap<string, LockedPackage>): InstalledTree {
  const found = new Map<string, TreeEntry[]>([...packages.keys()].map((path) => [path, []]));
  const files = new Set<string>();
  const listed = readIfThere(join(root, executablesFile));
  collect({ root, found, files, isExecutable: executableBy(root, listed) }, '', '');
  for (const [path, { tree }] of packages) {
    const actual = treeDigest(found.get(path) ?? []);
    if (actual !== tree) throw changed(root, `${path} has the tree ${actual}, not ${tree}`);
  }
  const executables = [...found].flatMap(([owner, entries]) =>
    entries.filter(({ executable }) => executable).map(({ path }) => `${owner}/${path}`),
  );
  if (listed !== listOfExecutables(executables))
    throw changed(root, `${executablesFile} does not say which files are executable`);
  return { root, files };
}

const readIfThere = (path: string): string =>
  lstatSync(path, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(path, 'utf8') : '';

/** What the file of executables says. */
export const listOfExecutables = (paths: readonly string[]): string => JSON.stringify(paths.toSorted());

interface Collection {
  readonly root: string;
  readonly found: ReadonlyMap<string, TreeEntry[]>;
  readonly files: Set<string>;
  readonly isExecutable: (path: string) => boolean;
}

/** Files belong to the package whose folder is nearest above them. */
function collect(into: Collection, folder: string, owner: string): void {
  const { root, found, files, isExecutable } = into;
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) collect(into, path, found.has(path) ? path : owner);
    else if (entry.isFile() && owner !== '') {
      files.add(path);
      const content = readFileSync(join(root, path));
      const inner = path.slice(owner.length + 1);
      found.get(owner)?.push({ path: inner, executable: isExecutable(path), sha256: sha256(content) });
    } else if (path !== executablesFile || !entry.isFile()) throw changed(root, `${path} does not belong there`);
  }
}

/** Windows keeps no such bit: what was listed counts there, and the trees prove it right or wrong. */
function executableBy(root: string, listed: string): (path: string) => boolean {
  if (process.platform !== 'win32') return (path) => (lstatSync(join(root, path)).mode & 0o111) !== 0;
  return (path) => listed.includes(JSON.stringify(path));
}

const changed = (root: string, why: string): Refusal =>
  new Refusal(
    'E_TREE',
    `the files in ${root} are not the approved ones: ${why}`,
    'run `countersign uninstall` for this server, then install it again',
  );

/**
 * Node looks for modules in every folder above a script and in two folders of a home, none of which any lock covers:
 * nothing may be there. `root` is without links on the way.
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
        'move that folder away, or set XDG_DATA_HOME to a folder with nothing of the kind above it',
      );
  }
}

function readable(folder: string): boolean {
  return lstatSync(folder, { throwIfNoEntry: false }) !== undefined;
}
