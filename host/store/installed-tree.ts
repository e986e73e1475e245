/**
 * Whether an installed closure is the approved one: every file of every package, and no file besides. Read anew
 * before each launch, in one pass; nothing that was found out earlier is believed.
 */
import { readdirSync, readFileSync, lstatSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { sha256 } from '../../core/digest.ts';
import { Refusal } from '../../core/refusal.ts';
import { treeDigest, type TreeEntry } from '../../core/tree.ts';
import type { LockedPackage } from '../../schemas/types.ts';

/**
 * `root` holds `node_modules`; `packages` are those that belong on this platform.
 * @throws Refusal E_TREE
 */
export function checkInstalledTree(root: string, packages: ReadonlyMap<string, LockedPackage>): void {
  const found = new Map<string, TreeEntry[]>([...packages.keys()].map((path) => [path, []]));
  collect(root, '', '', found);
  for (const [path, { tree }] of packages) {
    const actual = treeDigest(found.get(path) ?? []);
    if (actual !== tree) throw changed(root, `${path} has the tree ${actual}, not ${tree}`);
  }
}

/** Files belong to the package whose folder is nearest above them. */
function collect(root: string, folder: string, owner: string, found: Map<string, TreeEntry[]>): void {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      collect(root, path, found.has(path) ? path : owner, found);
    } else if (entry.isFile() && owner !== '') {
      const file = join(root, path);
      found.get(owner)?.push({
        path: path.slice(owner.length + 1),
        executable: (lstatSync(file).mode & 0o111) !== 0,
        sha256: sha256(readFileSync(file)),
      });
    } else {
      throw changed(root, `${path} does not belong there`);
    }
  }
}

const changed = (root: string, why: string): Refusal =>
  new Refusal(
    'E_TREE',
    `the files in ${root} are not the approved ones: ${why}`,
    'run `countersign uninstall` for this server, then install it again',
  );

/**
 * Node looks for modules in every folder above a script and in two folders of the account, none of which any lock
 * covers: nothing may be there.
 * @throws Refusal E_AMBIENT_CODE
 */
export function checkNothingAround(root: string, accountHome: string): void {
  const candidates = [join(accountHome, '.node_modules'), join(accountHome, '.node_libraries')];
  // https://nodejs.org/api/modules.html#loading-from-the-global-folders
  candidates.push(join(dirname(dirname(process.execPath)), 'lib', 'node'));
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
