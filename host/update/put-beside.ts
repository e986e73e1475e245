/** Puts a proven version of this program into a folder of its own, beside the one that runs. Nothing leads to it yet. */
import { lstatSync, readlinkSync } from 'node:fs';
import { chmod, mkdir, readdir, rmdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Launcher } from '../../artefacts/launcher.ts';
import { systemCode } from '../../core/failure.ts';
import { versionFolder } from '../../core/inner-path.ts';
import { checkPrivateFolders } from '../../core/private.ts';
import { Refusal } from '../../core/refusal.ts';
import { treeDigest } from '../../core/tree.ts';
import { placeFolder, sweepStaging } from '../../store/staging.ts';
import { readTree } from '../../store/tree-files.ts';
import { commandIn, packageIn, programIn } from './place.ts';

export interface PutOptions {
  /** What else belongs into the folder, before it is complete. */
  readonly more: (folder: string) => Promise<void>;
  /** Throws where the program in a folder does not start. */
  readonly checkStarts: (program: string) => Promise<void>;
}

/**
 * Everybody may read it, and only who runs this may write it. It is complete from the moment at which it has its name: what an
 * interrupted run left in `.update` is deleted by the next one. Where the version is there already, each of its files is
 * compared, because a server may run from them: nothing is written over.
 * @throws Refusal E_TREE where other files have its name, E_STORE; Failure `disk-full`, `not-writable` and others
 */
export async function putBeside(root: string, launcher: Launcher, { more, checkStarts }: PutOptions): Promise<string> {
  const [target, staging] = [join(root, versionFolder(launcher.version)), join(root, '.update')];
  await sweepStaging(staging);
  try {
    if (lstatSync(target, { throwIfNoEntry: false }) === undefined)
      await placeFolder(staging, target, async (folder) => {
        await write(folder, launcher);
        await more(folder);
        await openToAll(folder);
        await checkStarts(programIn(folder));
      });
  } finally {
    await rmdir(staging).catch(unlessInUse);
  }
  // Also what was just put there: another process may have been faster.
  checkIsThere(target, launcher);
  await checkStarts(programIn(target));
  return target;
}

async function write(folder: string, { files }: Launcher): Promise<void> {
  for (const { path, executable, content } of files) {
    const file = join(packageIn(folder), path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content, { flag: 'wx', flush: true });
    await chmod(file, executable ? 0o755 : 0o644);
  }
  const command = commandIn(folder);
  await mkdir(dirname(command), { recursive: true });
  await symlink(relative(dirname(command), programIn(folder)), command);
}

/** The umask of whoever runs this does not matter. */
async function openToAll(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isDirectory()) await chmod(join(entry.parentPath, entry.name), 0o755);
  await chmod(folder, 0o755);
}

/** @throws Refusal E_TREE, E_STORE */
function checkIsThere(target: string, { version, tree }: Launcher): void {
  const { files, others } = readOrNothing(packageIn(target));
  const command = commandIn(target);
  checkPrivateFolders(target, [target, dirname(packageIn(target)), dirname(command)]);
  const isLinked =
    lstatSync(command, { throwIfNoEntry: false })?.isSymbolicLink() === true &&
    join(dirname(command), readlinkSync(command)) === programIn(target);
  if (others.length > 0 || treeDigest(files) !== tree || !isLinked)
    throw new Refusal(
      'E_TREE',
      `${target} is there already, and its files are not those of countersign ${version} that the registry publishes`,
      'find out who put them there. Move that folder away where nothing runs from it, and run the command again',
    );
}

function readOrNothing(folder: string): ReturnType<typeof readTree> {
  try {
    return readTree(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return { files: [], others: [] };
    throw error;
  }
}

/** Another process stages there, or there never was one. */
function unlessInUse(error: unknown): void {
  if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(systemCode(error) ?? '')) throw error;
}
