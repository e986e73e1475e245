/** Puts a folder that was built in place of dist/. */
import { cp, mkdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure, systemCode } from '../../core/failure.ts';
import { stagingName, sweepStaging } from '../../store/staging.ts';

export type Rename = (from: string, to: string) => Promise<void>;

/**
 * Renames the old folder aside and the new one into its place: between the two there is no dist/ for a moment, and never
 * half of one. Where the new one lies on another file system, it is copied beside dist/ first.
 * @throws Failure `dist-mount` where dist/ itself cannot be renamed; it is then as it was
 */
export async function placeDist(built: string, dist: string, move: Rename = rename): Promise<void> {
  const staging = `${dist}.staging`;
  await sweepStaging(staging);
  const beside = join(staging, stagingName());
  try {
    await swap(built, dist, `${built}.before`, move).catch(async (error: unknown) => {
      if (!isOtherFileSystem(error)) throw error;
      await mkdir(beside, { recursive: true });
      await cp(built, join(beside, 'dist'), { recursive: true });
      await swap(join(beside, 'dist'), dist, join(beside, 'before'), move);
    });
  } catch (error) {
    if (!isOtherFileSystem(error)) throw error;
    throw new Failure(
      'dist-mount',
      `${dist} cannot be replaced in one step: it is a mount point (${systemCode(error) ?? ''}), and is as it was`,
      `mount ${dirname(dist)} or a folder above it instead, or build elsewhere and copy dist/ to where hosts fetch it`,
      { cause: error },
    );
  } finally {
    await rm(beside, { recursive: true, force: true });
    // Unless another build is in it.
    await rmdir(staging).catch(() => undefined);
  }
}

const isOtherFileSystem = (error: unknown): boolean => ['EXDEV', 'EBUSY'].includes(systemCode(error) ?? '');

/** Both renames or none. */
async function swap(built: string, dist: string, before: string, move: Rename): Promise<void> {
  const there = await move(dist, before).then(
    () => true,
    (error: unknown) => {
      if (systemCode(error) !== 'ENOENT') throw error;
      return false;
    },
  );
  try {
    await move(built, dist);
  } catch (error) {
    if (there) await move(before, dist);
    throw error;
  }
  await rm(before, { recursive: true, force: true });
}
