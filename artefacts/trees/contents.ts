import { Failure } from '../../core/failure.ts';
import type { Fault } from '../../core/problem.ts';
import type { LockedArchive } from '../../schemas/types.ts';
import type { PackageFile } from '../archives/tarball.ts';
import { fieldDifferences, lockAgain } from '../differences.ts';
import { bundledDifference } from '../npm/bundled.ts';
import type { TreeType } from '../part.ts';
import { describeArchive, type DescribedArchive } from './describe.ts';

/** Every field of a lock's entry that the files decide, and contradict. `what` is what messages call the tree. */
export function treeDifferences(
  type: TreeType,
  what: string,
  locked: LockedArchive,
  files: readonly PackageFile[],
): Fault[] {
  const { integrity: _, tree: __, bundled: listed, ...said } = locked;
  let described: DescribedArchive;
  try {
    described = describeArchive(type, files, locked.command, what);
  } catch (error) {
    // The lock names a command that the tree does not have.
    if (error instanceof Failure) return [{ code: 'lock-entry', message: error.message, remedy: lockAgain }];
    throw error;
  }
  const { bundled, ...found } = described;
  const difference = bundledDifference(what, listed, bundled);
  return [
    ...fieldDifferences(what, said, found),
    ...(difference === undefined ? [] : [{ code: 'lock-bundled', message: difference, remedy: lockAgain }]),
  ];
}
