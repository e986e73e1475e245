/**
 * Checks that only this account can change files and folders. If another account can change a file between its check
 * and its start, the check is worth nothing. Not done on Windows: there, folders in a user's profile belong to that
 * user only.
 */
import { lstatSync, realpathSync, type Stats } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { systemCode } from './failure.ts';
import { Refusal } from './refusal.ts';
import { walkPath } from './path-walk.ts';

/** The account that this program runs as; none on Windows. */
const me = process.geteuid?.();

type Rights = Pick<Stats, 'uid' | 'mode'>;

/**
 * Creates a folder, and missing ones above it, so that only this account can use them. The umask does not matter. All
 * folders of the host's data are created by this function.
 */
export async function makePrivateFolder(path: string): Promise<void> {
  // What is made first of a relative path is named by a relative one: no folder that was there before may be taken for a new one.
  const whole = resolve(path);
  const first = await mkdir(whole, { recursive: true, mode: 0o700 });
  if (first === undefined || me === undefined) return;
  // A new folder takes the setgid bit from the one above it.
  for (let made = whole; made.length >= first.length; made = dirname(made)) await chmod(made, 0o700);
}

/** How another account could change a file or a folder itself; undefined if none could. */
export function howShared(rights: Rights, account = me): string | undefined {
  if (account === undefined) return undefined;
  return foreign(rights, account) ?? writable(rights) ?? withRights(rights);
}

/** Root can do everything anyway. */
const foreign = ({ uid }: Rights, account = me): string | undefined =>
  uid === account || uid === 0 ? undefined : `belongs to the user ${uid}`;

/**
 * Access control lists need no check of their own: the group's bits of the mode show the most that a list can grant.
 */
const writable = ({ mode }: Rights): string | undefined =>
  (mode & 0o022) === 0 ? undefined : `can be written by its group or by everybody (mode ${octal(mode)})`;

const withRights = ({ mode }: Rights): string | undefined =>
  (mode & 0o6000) === 0 ? undefined : `has the setuid or the setgid bit (mode ${octal(mode)})`;

const octal = (mode: number): string => (mode & 0o7777).toString(8);

/**
 * How another account could replace an entry of a folder; undefined if none could. In a folder with the sticky bit,
 * such as /tmp, everybody can add entries, but only their owners can rename them.
 */
function howReplaceable(found: Stats): string | undefined {
  const sticky = (found.mode & 0o1000) !== 0;
  return foreign(found) ?? (found.isSymbolicLink() || sticky ? undefined : writable(found));
}

/**
 * Checks that only this account can change a folder and everything on the path to it. Returns its path without links.
 * @throws Refusal E_STORE
 */
export function checkPrivatePath(folder: string): string {
  if (me === undefined) return realpathSync(folder);
  const places = walkPath(resolve(folder));
  const last = places.at(-1);
  for (const { path, found } of places.slice(0, -1)) {
    const why = howReplaceable(found);
    if (why !== undefined)
      throw new Refusal(
        'E_STORE',
        `${path} ${why}, so another account can put other files in the place of ${folder}`,
        'let this account or root alone own and write it, or set XDG_DATA_HOME to another folder',
      );
  }
  if (last !== undefined) checkPrivateFolder(last.path, last.found, last.path);
  return last?.path ?? folder;
}

/**
 * Checks that folders below one that `checkPrivatePath` accepted are real folders that only this account can change.
 * Folders that do not exist yet pass.
 * @throws Refusal E_STORE
 */
export function checkPrivateFolders(root: string, folders: readonly string[]): void {
  for (const folder of folders) {
    const found = lstatIfThere(folder);
    if (found !== undefined) checkPrivateFolder(folder, found, root);
  }
}

function checkPrivateFolder(path: string, found: Stats, root: string): void {
  if (!found.isDirectory())
    throw new Refusal('E_STORE', `${path} is no folder`, 'move it away: the folder is made again where it is needed');
  const why = howShared(found);
  if (why !== undefined) throw notPrivate(path, why, root);
}

/** `root` is the folder whose rights to set right, with all that is in it. */
export const notPrivate = (path: string, why: string, root: string): Refusal =>
  new Refusal(
    'E_STORE',
    `${path} ${why}: what lies there may be changed between its check and its use`,
    `delete ${root}, or run \`chmod -R go-w,ug-s '${root}'\` where it is yours and you trust everybody who could write it`,
  );

function lstatIfThere(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    // A file in the place of a folder further up, which is refused itself.
    if (systemCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}
