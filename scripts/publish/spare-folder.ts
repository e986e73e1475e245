/**
 * The folder that was published before the last one. Of a large registry, most of its files are in the next one too: to take
 * out the others costs a fraction of making a hundred thousand links and their folders, and of removing as many.
 */
import { lstatSync, readdirSync, rmdirSync, unlinkSync } from 'node:fs';
import { mkdir, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { systemCode } from '../../core/failure.ts';

/** Another one where the file was written again. Moving it to another folder does not change it. */
export function markOf(file: string): string {
  const { size, mtimeMs } = lstatSync(file);
  return `${size} ${mtimeMs}`;
}

/**
 * Moves the spare folder to `to`, and leaves in it the files that are wanted, by path and mark, and nothing else. Gives their
 * paths; nothing where there is no spare folder, or a link in its place. Whatever it holds, it need not be whole.
 */
export async function takeSpare(
  spare: string,
  to: string,
  wanted: ReadonlyMap<string, string>,
): Promise<ReadonlySet<string> | undefined> {
  if (!(await isPlain(spare))) return undefined;
  try {
    await rename(spare, to);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  const there = new Set<string>();
  await leaveOnly(wanted, to, '', there);
  return there;
}

/** A checkout may bring links in the place of the folder and of the one above: what they lead to is nobody's to empty. */
async function isPlain(spare: string): Promise<boolean> {
  try {
    const above = dirname(spare);
    const plain = join(await realpath(dirname(above)), basename(above), basename(spare));
    return (await realpath(spare)) === plain;
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return false;
  }
}

/** Whether anything is left of a folder. It waits for each call, which takes less time than to wait for many at once. */
async function leaveOnly(
  wanted: ReadonlyMap<string, string>,
  folder: string,
  below: string,
  there: Set<string>,
): Promise<boolean> {
  let left = false;
  for (const [index, entry] of readdirSync(folder, { withFileTypes: true }).entries()) {
    // Between them, what else is going on gets its turn.
    if (index % 100 === 0) await setImmediate();
    const [place, path] = [join(folder, entry.name), `${below}${entry.name}`];
    if (entry.isDirectory()) {
      if (await leaveOnly(wanted, place, `${path}/`, there)) left = true;
      else rmdirSync(place);
    } else if (wanted.has(path) && wanted.get(path) === markOf(place)) {
      there.add(path);
      left = true;
    } else unlinkSync(place);
  }
  return left;
}

/** Keeps a folder for the next build. Where that cannot be done, or there is one already, it is removed: nothing depends on it. */
export async function keepAsSpare(folder: string, spare: string): Promise<void> {
  try {
    await mkdir(dirname(spare), { recursive: true });
    await rename(folder, spare);
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    await rm(folder, { recursive: true, force: true });
  }
}
