/** Puts a new folder in the place of another, also where the two lie on different file systems or the old one is a mount. */
import { rmSync } from 'node:fs';
import { cp, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../core/failure.ts';
import { stagingName, sweepStaging } from '../../store/staging.ts';

/** The functions of the file system that may refuse to work across file systems. */
export interface Moves {
  readonly rename: (from: string, to: string) => Promise<void>;
}

/** Another file system; a mount; a folder above it in which nothing may be renamed. */
const cannotRename = new Set(['EXDEV', 'EBUSY', 'EACCES', 'EPERM', 'EROFS']);

/** Inside the folder that is replaced, and no file of it. */
const stagingIn = (target: string): string => join(target, '.replacing');

/**
 * `from` is gone afterwards, and so is what was in its place, if nobody says what becomes of it. @throws what the file system
 * says
 */
export async function replaceFolder(
  from: string,
  target: string,
  moves: Moves = { rename },
  /** Gets the old folder, where it is whole. */
  dispose: (before: string) => Promise<void> | void = remove,
): Promise<void> {
  const before = `${from}.before`;
  try {
    // Between the two there is no folder for a moment, and never half of one.
    await moves.rename(target, before).catch((error: unknown) => {
      if (systemCode(error) !== 'ENOENT') throw error;
    });
    await moves.rename(from, target);
  } catch (error) {
    if (!cannotRename.has(systemCode(error) ?? '')) throw error;
    // What was renamed aside goes back; where it was not, it is there still.
    await moves.rename(before, target).catch(() => undefined);
    await replaceEntries(from, target, moves);
  }
  await dispose(before);
}

/** Of a large registry it has a hundred thousand files, and to wait for each takes twice as long. */
const remove = (folder: string): void => rmSync(folder, { recursive: true, force: true });

/**
 * Copies the new folder into the old one first, so that what follows are renames within one file system: entry after
 * entry, the metadata last, since it names all others.
 */
async function replaceEntries(from: string, target: string, moves: Moves): Promise<void> {
  const staging = stagingIn(target);
  await mkdir(target, { recursive: true });
  await sweepStaging(staging);
  const work = join(staging, stagingName());
  const [fresh, old] = [join(work, 'new'), join(work, 'old')];
  try {
    await mkdir(old, { recursive: true });
    await cp(from, fresh, { recursive: true });
    const entries = (await readdir(fresh)).sort((a, b) => Number(a === 'metadata') - Number(b === 'metadata'));
    const gone = (await readdir(target)).filter((entry) => join(target, entry) !== staging);
    for (const entry of entries) {
      if (gone.includes(entry)) await moves.rename(join(target, entry), join(old, entry));
      await moves.rename(join(fresh, entry), join(target, entry));
    }
    for (const entry of gone.filter((each) => !entries.includes(each)))
      await moves.rename(join(target, entry), join(old, entry));
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}
