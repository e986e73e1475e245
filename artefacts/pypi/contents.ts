import { sha256 } from '../../core/digest.ts';
import type { Fault } from '../../core/problem.ts';
import type { LockedWheel } from '../../schemas/types.ts';
import type { PackageFile } from '../archives/tarball.ts';
import { fieldDifferences } from '../differences.ts';
import type { Part } from '../part.ts';
import { describeWheel } from './wheel.ts';
import { isSameVersion } from './wheel-name.ts';

/** Every field of a lock's entry that the wheel decides, and contradicts. `files` are those that it unpacks to. */
export function wheelDifferences(
  { name, version, file = '' }: Part,
  entry: LockedWheel,
  bytes: Uint8Array,
  files: readonly PackageFile[],
): Fault[] {
  const { integrity: _, tree: __, ...said } = entry;
  const found = describeWheel(files, file);
  // A lock has the version in its normal form; the wheel may write it as `2026.04.01`.
  const same = isSameVersion(found.version, version) ? { version } : {};
  return fieldDifferences(
    `the wheel ${file}`,
    { name, version, ...said },
    { ...found, ...same, sha256: sha256(bytes) },
  );
}
