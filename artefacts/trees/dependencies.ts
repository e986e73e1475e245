import type { Fault } from '../../core/problem.ts';
import type { LockOf } from '../kind.ts';
import { checkDependencies, dependenciesIn } from '../npm/dependencies.ts';
import { treeAndPackages, treeFolder, type TreeClosure } from './parts.ts';
import { checkTree } from './places.ts';

/** Everything wrong with the places, and with what the tree and the packages beside it ask of each other. */
export function checkTreeDependencies(lock: LockOf<TreeClosure>): Fault[] {
  const misplaced = checkTree(lock);
  return misplaced.length > 0 ? misplaced : checkDependencies(treeFolder, treeAndPackages(lock));
}

/** As `npmDependencies`, with the tree among the packages. */
export const treeDependencies = (lock: LockOf<TreeClosure>): ReadonlyMap<string, readonly string[]> =>
  dependenciesIn(treeAndPackages(lock));
