/** npm packages, as a kind of artefact. */
import type { NpmClosure } from '../../schemas/types.ts';
import type { Kind } from '../kind.ts';
import { packagesFor, platformName } from './for-platform.ts';
import { npmProgram } from './program.ts';
import { partAt } from './parts.ts';
import { checkLayout } from './places.ts';

export const npm: Kind<NpmClosure> = {
  checkPlaces: checkLayout,
  parts: ({ closure }) => Object.entries(closure.packages).map(([path, locked]) => partAt(path, locked)),
  root: ({ closure }) => closure.root,
  partsFor: (lock, platform) => [...packagesFor(lock, platform)].map(([path, locked]) => partAt(path, locked)),
  platformName,
  looksAround: true,
  program: npmProgram,
};
