/** Trees of files that are no packages of a registry, as kinds of artefacts: bundles, tarballs and git commits. */
import type { Kind } from '../kind.ts';
import { packagesFor, systemName } from '../npm/for-platform.ts';
import { partAt } from '../npm/parts.ts';
import { packagesBeside, treeAndPackages, treeFolder, treePart, type TreeClosure } from './parts.ts';
import { checkTree } from './places.ts';
import { treeProgram } from './program.ts';

export const tree: Kind<TreeClosure> = {
  checkPlaces: checkTree,
  parts: (lock) => [
    treePart(lock),
    ...Object.entries(packagesBeside(lock)).map(([path, locked]) => partAt(path, locked)),
  ],
  root: () => treeFolder,
  partsFor: (lock, platform) =>
    [...packagesFor(lock.name, treeAndPackages(lock), platform)].map(([path, locked]) =>
      path === treeFolder ? treePart(lock) : partAt(path, locked),
    ),
  platformName: (lock, platform) => systemName(treeAndPackages(lock), platform),
  looksAround: true,
  program: treeProgram,
};
