/** Folders are made in staging and then renamed into place, so that a reader never sees an incomplete folder. */
import { randomUUID } from 'node:crypto';
import { readdir, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { asDiskFailure } from '../core/disk.ts';
import { systemCode } from '../core/failure.ts';
import { makePrivateFolder } from '../core/private.ts';

/** Fills a new folder and moves it into place. If another process was faster, the folder of that process stays. */
export async function placeFolder(
  staging: string,
  target: string,
  fill: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = join(staging, stagingName());
  try {
    await makePrivateFolder(folder);
    await fill(folder);
    await makePrivateFolder(dirname(target));
    await rename(folder, target);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    if (!['EEXIST', 'ENOTEMPTY', 'EPERM'].includes(systemCode(error) ?? '') || !(await exists(target)))
      throw asDiskFailure(error, target);
  }
}

/** Moves a folder away in one step, then deletes it. Returns whether it existed. */
export async function removeFolder(staging: string, target: string): Promise<boolean> {
  const folder = join(staging, stagingName());
  try {
    await makePrivateFolder(staging);
    await rename(target, folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw asDiskFailure(error, target);
  }
  await rm(folder, { recursive: true, force: true });
  return true;
}

/** Deletes the folders that ended processes left behind. Returns their number. */
export async function sweepStaging(staging: string): Promise<number> {
  const abandoned = (await readdir(staging).catch(() => [])).filter(isAbandoned);
  for (const name of abandoned) await rm(join(staging, name), { recursive: true, force: true });
  return abandoned.length;
}

/** A home may be shared between machines, and the process numbers of another machine have no meaning here. */
export const stagingName = (): string => `${process.pid}.${hostname()}.${randomUUID()}`;

function isAbandoned(name: string): boolean {
  const [pid, ...rest] = name.split('.');
  return rest.slice(0, -1).join('.') === hostname() && !isRunning(Number(pid));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: the process runs, under another account.
    return systemCode(error) === 'EPERM';
  }
}

const exists = (folder: string): Promise<boolean> =>
  readdir(folder).then(
    () => true,
    () => false,
  );
