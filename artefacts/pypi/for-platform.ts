import type { Interpreter, Platform } from '../../core/platform.ts';
import { Refusal } from '../../core/refusal.ts';
import type { LockedPythonPackage, PypiClosure } from '../../schemas/types.ts';
import type { LockOf } from '../kind.ts';
import type { Part } from '../part.ts';
import { markerHolds, parseMarker } from './markers.ts';
import { wheelPart } from './parts.ts';
import { markerEnvironment } from './python.ts';
import { bestWheel } from './tags.ts';
import { takesPython, versionFits } from './version-range.ts';

/** The wheels of a closure that a machine installs: of each package that its Python needs, the best that it takes. */
export function wheelsFor(lock: LockOf<PypiClosure>, platform: Platform): Part[] {
  const python = pythonOf(platform);
  const version = python.version.join('.');
  const { requiresPython, packages } = lock.closure;
  if (!versionFits(version, requiresPython)) throw unfit(lock.name, requiresPython, python);
  return packages.flatMap((locked) => (isNeeded(locked, python) ? [wheelFor(lock, locked, python)] : []));
}

/** A marker that asks for what is not known, such as the release of the system, may hold. */
const isNeeded = ({ marker }: LockedPythonPackage, python: Interpreter): boolean =>
  marker === undefined || markerHolds(parseMarker(marker), markerEnvironment(python)) !== false;

function wheelFor(lock: LockOf<PypiClosure>, locked: LockedPythonPackage, python: Interpreter): Part {
  const wheels = Object.entries(locked.wheels).map(([file, wheel]) => ({ file, wheel }));
  const fitting = wheels.filter(({ wheel }) => takesPython(wheel.requiresPython, python.version.join('.')));
  const best = bestWheel(fitting, python);
  if (best !== undefined) return wheelPart(locked, best.file, best.wheel);
  throw new Refusal(
    'E_UNSUPPORTED',
    `${lock.name} needs ${locked.name}==${locked.version}, of which there is no wheel for ${inWords(python)}`,
    `run it where one of these fits: ${wheels
      .map(({ file }) =>
        file
          .split('-')
          .slice(-3)
          .join('-')
          .replace(/\.whl$/u, ''),
      )
      .join(', ')}`,
  );
}

/** @throws Refusal E_UNSUPPORTED where there is none */
export function pythonOf({ python }: Platform): Interpreter {
  if (python !== undefined) return python();
  throw new Refusal('E_UNSUPPORTED', 'there is no Python here', 'install Python 3.10 or newer');
}

const inWords = ({ version, os, machine, libc }: Interpreter): string =>
  `Python ${version.join('.')} on ${os} ${machine}${libc === undefined ? '' : ` with ${libc.name} ${libc.version.join('.')}`}`;

/** The Python of this machine is none that a server runs with. */
export const unfit = (server: string, requires: string, python: Interpreter): Refusal =>
  new Refusal(
    'E_UNSUPPORTED',
    `${server} needs Python ${requires}, and ${python.executable} is ${python.version.join('.')}`,
    'install a Python that fits, and name it as `python` in the trust config if it is not the own one of the system',
  );

/** Everything that the choice of wheels depends on. */
export function pythonName(platform: Platform): string {
  const { version, os, machine, libc, macos } = pythonOf(platform);
  const system = libc === undefined ? (macos?.join('.') ?? '') : `${libc.name}${libc.version.join('.')}`;
  return [os, machine, ...(system === '' ? [] : [system]), `cpython${version.join('.')}`].join('-');
}
