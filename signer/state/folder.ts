/**
 * A state in a folder of this machine. A new file is made by linking it under its name, which the system does for one
 * process only. A file is replaced while its name with `.lock` is held: a lock of a process that has ended is taken away,
 * so that an interrupted run needs nobody to repair it. Several machines on one network drive see no other's processes:
 * that is what buckets are for.
 */
import { randomUUID } from 'node:crypto';
import { link, lstat, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { mapConcurrently } from '../../core/concurrency.ts';
import { sha256 } from '../../core/digest.ts';
import { asDiskFailure } from '../../core/disk.ts';
import { Failure, systemCode } from '../../core/failure.ts';
import { createOnce } from '../create-once.ts';
import type { Listed, OverwritableState, Stored } from './state.ts';

/** Files that are looked at in one go. */
const atOnce = 64;

/** What this module makes beside the files of the state. */
const own = /\.(?:tmp|lock)$/u;

export function folderState(folder: string): OverwritableState {
  const place = (path: string): string => join(folder, ...path.split('/'));

  const read = async (path: string, maxBytes: number): Promise<Stored | undefined> => {
    const file = await open(place(path)).catch((error: unknown) => {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw error;
    });
    if (file === undefined) return undefined;
    try {
      const { size } = await file.stat();
      if (size > maxBytes) throw tooLong(place(path), maxBytes);
      const bytes = await file.readFile();
      return { bytes, version: sha256(bytes) };
    } finally {
      await file.close();
    }
  };

  return {
    place,
    read,
    list: async function* (inside) {
      const names = await readdir(place(inside), { recursive: true, withFileTypes: true }).catch((error: unknown) => {
        // An empty folder is one thing, an unreadable one another: numbers would begin again.
        if (systemCode(error) === 'ENOENT') return [];
        throw error;
      });
      const files = names.filter((entry) => entry.isFile() && !own.test(entry.name));
      const listed = await mapConcurrently(files, atOnce, async ({ parentPath, name }): Promise<Listed[]> => {
        const file = join(parentPath, name);
        const mark = await markOf(file);
        return mark === undefined ? [] : [{ path: file.slice(join(folder, sep).length).replaceAll(sep, '/'), mark }];
      });
      yield* listed.flat();
    },
    put: async (path, bytes) => {
      await mkdir(dirname(place(path)), { recursive: true });
      await writeFileAtomic(place(path), Buffer.from(bytes));
    },
    create: (path, bytes) => createOnce(place(path), bytes),
    replace: async (path, bytes, version) => {
      if (version === undefined) return createOnce(place(path), bytes);
      return holding(`${place(path)}.lock`, async () => {
        const there = await read(path, Number.MAX_SAFE_INTEGER);
        if (there?.version !== version) return false;
        await writeOver(place(path), bytes);
        return true;
      });
    },
    remove: (path) => rm(place(path), { force: true }),
  };
}

/** Nothing where the file is gone: another removed it meanwhile. */
const markOf = (file: string): Promise<string | undefined> =>
  lstat(file).then(
    ({ size, mtimeMs, ctimeMs }) => `${size} ${mtimeMs} ${ctimeMs}`,
    (error: unknown) => {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw error;
    },
  );

export const tooLong = (place: string, maxBytes: number): Failure =>
  new Failure(
    'state',
    `${place} is longer than ${maxBytes} bytes`,
    'find out who wrote it, and restore it from a copy',
  );

/** Whole or not at all. */
async function writeOver(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, bytes, { flush: true });
    await rename(temporary, path);
  } catch (error) {
    throw asDiskFailure(error, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Locks of this process: its number alone does not say that it still works on one. */
const held = new Set<string>();

/** Does something while a lock is held; gives false where another holds it. */
async function holding(lock: string, act: () => Promise<boolean>): Promise<boolean> {
  if (held.has(lock)) return false;
  held.add(lock);
  try {
    const mine = Buffer.from(`${process.pid}\n`);
    if (!(await createOnce(lock, mine)) && !((await endOfItsHolder(lock)) && (await createOnce(lock, mine))))
      return false;
    try {
      return await act();
    } finally {
      await rm(lock, { force: true });
    }
  } finally {
    held.delete(lock);
  }
}

/** Whether the process that holds a lock has ended; its lock is then taken away. */
async function endOfItsHolder(lock: string): Promise<boolean> {
  const holder = await readFile(lock, 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (holder === undefined) return true;
  if (isRunning(Number(holder))) return false;
  // Another may have taken it away meanwhile, and hold a new one: that one is put back.
  const aside = `${lock}.${randomUUID()}.tmp`;
  try {
    await rename(lock, aside);
    if ((await readFile(aside, 'utf8')) === holder) return true;
    await link(aside, lock);
    return false;
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

function isRunning(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) !== 'ESRCH';
  }
}
