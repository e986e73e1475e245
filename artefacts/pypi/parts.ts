import type { LockedPythonPackage, LockedWheel, PypiClosure } from '../../schemas/types.ts';
import type { LockOf } from '../kind.ts';
import type { Part } from '../part.ts';

/** A wheel, in a folder of its own, so that no two can have a file in common. */
export const wheelPart = ({ name, version }: LockedPythonPackage, file: string, wheel: LockedWheel): Part => {
  const { license, integrity, tree, paths } = wheel;
  const stem = file.replace(/\.whl$/u, '');
  const tags = stem.split('-').slice(-3).join('-');
  return {
    type: 'pypi',
    name,
    version,
    file,
    ...(license !== undefined && { license }),
    integrity,
    tree,
    folder: `wheels/${stem}`,
    ...(paths !== undefined && { paths }),
    ...(!tags.endsWith('-none-any') && { platform: tags }),
    entry: wheel,
  };
};

/** Every wheel of a lock. */
export const partsIn = ({ closure }: LockOf<PypiClosure>): Part[] =>
  closure.packages.flatMap((locked) =>
    Object.entries(locked.wheels).map(([file, wheel]) => wheelPart(locked, file, wheel)),
  );

/** The wheel that is the artefact itself. */
export const rootPart = (lock: LockOf<PypiClosure>): Part | undefined =>
  partsIn(lock).find(({ entry }) => 'sha256' in entry && entry.sha256 === lock.artefact.sha256);
