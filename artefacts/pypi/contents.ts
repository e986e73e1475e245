import type { Fault } from '../../core/problem.ts';
import type { LockedWheel } from '../../schemas/types.ts';
import type { PackageFile } from '../archives/tarball.ts';
import { fieldDifferences } from '../differences.ts';
import type { Part } from '../part.ts';
import { describeWheel } from './wheel.ts';

/** Every field of a lock's entry that the wheel decides, and contradicts. */
export function wheelDifferences(
  { name, version, file = '' }: Part,
  entry: LockedWheel,
  files: readonly PackageFile[],
): Fault[] {
  const { integrity: _, sha256: __, tree: ___, ...said } = entry;
  return fieldDifferences(`the wheel ${file}`, { name, version, ...said }, describeWheel(files, file));
}
