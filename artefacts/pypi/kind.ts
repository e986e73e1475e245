/** Python packages, as a kind of artefact. */
import type { PypiClosure } from '../../schemas/types.ts';
import type { Kind } from '../kind.ts';
import { pythonName, wheelsFor } from './for-platform.ts';
import { partsIn, rootPart } from './parts.ts';
import { checkWheels } from './places.ts';
import { pypiProgram } from './program.ts';

export const pypi: Kind<PypiClosure> = {
  checkPlaces: checkWheels,
  parts: partsIn,
  root: (lock) => rootPart(lock)?.folder,
  partsFor: wheelsFor,
  platformName: (_, platform) => pythonName(platform),
  looksAround: false,
  program: pypiProgram,
};
