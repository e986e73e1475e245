/** npm packages, as a kind of artefact. */
import type { NpmClosure } from '../../schemas/types.ts';
import type { Kind } from '../kind.ts';
import { packagesFor, systemName } from './for-platform.ts';
import { npmProgram } from './program.ts';
import { partAt } from './parts.ts';
import { checkLayout, packagesOf } from './places.ts';

export const npm: Kind<NpmClosure> = {
  checkPlaces: checkLayout,
  parts: ({ closure }) => Object.entries(closure.packages).map(([path, locked]) => partAt(path, locked)),
  root: ({ closure }) => closure.root,
  partsFor: (lock, platform) =>
    [...packagesFor(lock.name, packagesOf(lock), platform)].map(([path, locked]) => partAt(path, locked)),
  platformName: (lock, platform) => systemName(packagesOf(lock), platform),
  looksAround: true,
  program: npmProgram,
};
