import type { Fault } from '../../core/problem.ts';
import type { LockedPackage } from '../../schemas/types.ts';
import type { PackageFile } from '../archives/tarball.ts';
import { fieldDifferences, lockAgain } from '../differences.ts';
import { bundledDifference } from './bundled.ts';
import { describePackage } from './describe.ts';

/** Every field of a lock's entry that its tarball decides, and contradicts. `what` is what messages call the package. */
export function npmDifferences(what: string, locked: LockedPackage, files: readonly PackageFile[]): Fault[] {
  // The digests are compared where the bytes are; whether a package is optional depends on the dependencies.
  const { optional: _, integrity: __, tree: ___, bundled: listed, ...said } = locked;
  const { bundled, ...found } = describePackage(files, what);
  const difference = bundledDifference(what, listed, bundled);
  return [
    ...fieldDifferences(`the tarball of ${what}`, said, found),
    ...(difference === undefined ? [] : [{ code: 'lock-bundled', message: difference, remedy: lockAgain }]),
  ];
}
