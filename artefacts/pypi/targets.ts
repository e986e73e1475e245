/** The platforms that a lock is made for. */
import { markerHolds, type Marker } from './markers.ts';
import type { PythonPlatform } from '../../core/platform.ts';
import { markerEnvironment } from './python.ts';
import { bestWheel } from './tags.ts';
import { takesPython } from './version-range.ts';

/** The last patch release that is tried. No version of Python 3 has had so many. */
export const lastPatch = 30;

/** The versions of Python 3 that wheels are kept for, as their second number. */
const minors = [10, 11, 12, 13, 14] as const;
/** The versions of Python that a lock is made for, the oldest first: `3.10`. */
export const supportedPythons: readonly string[] = minors.map((minor) => `3.${minor}`);

/** Whether a range such as `>=3.10.2` takes a version such as `3.10`, in its latest releases at least. */
export const isPythonFor = (python: string, requiresPython: string | undefined): boolean =>
  takesPython(requiresPython, `${python}.${lastPatch}`);

/** One platform, with a range of versions of its system. */
export interface Target {
  /** `cp311 linux glibc x64`. */
  readonly name: string;
  /** `3.11`. */
  readonly python: string;
  /** From the oldest system to the newest. Each takes what those before it take. */
  readonly systems: readonly [PythonPlatform, ...PythonPlatform[]];
}

type System = Pick<PythonPlatform, 'os' | 'libc' | 'macos'>;

/** Node 24 needs glibc 2.28, musl 1.2 and macOS 13. Where a package has no wheel for those, one for a later version is kept. */
const systems: ReadonlyMap<string, readonly [System, ...System[]]> = new Map([
  ['linux glibc', numbered(28, 45, (minor) => ({ os: 'linux', libc: { name: 'glibc', version: [2, minor] } }))],
  ['linux musl', numbered(2, 4, (minor) => ({ os: 'linux', libc: { name: 'musl', version: [1, minor] } }))],
  ['darwin', numbered(13, 30, (major) => ({ os: 'darwin', macos: [major, 0] }))],
  ['win32', [{ os: 'win32' }]],
]);

function numbered(from: number, to: number, system: (number: number) => System): readonly [System, ...System[]] {
  return [system(from), ...Array.from({ length: to - from }, (_, index) => system(from + 1 + index))];
}

export const targets: readonly Target[] = minors.flatMap((minor) =>
  [...systems].flatMap(([system, [oldest, ...later]]) =>
    (['x64', 'arm64'] as const)
      // Python for Windows on arm64 begins with 3.11.
      .filter((machine) => minor > 10 || machine === 'x64' || system !== 'win32')
      .map((machine): Target => {
        const python = { implementation: 'cpython', version: [3, minor, 0], machine } as const;
        return {
          name: `cp3${minor} ${system} ${machine}`,
          python: `3.${minor}`,
          systems: [{ ...python, ...oldest }, ...later.map((each) => ({ ...python, ...each }))],
        };
      }),
  ),
);

/** Whether a package is needed on a target: with every patch release of its Python, with some, or with none. */
export type Need = 'always' | 'sometimes' | 'never';

/** Where that depends on what is not known, such as the version of a system, it is needed sometimes. */
export function needOn({ systems: [python] }: Target, marker: Marker | undefined): Need {
  if (marker === undefined) return 'always';
  const [major, minor] = python.version;
  const answers = new Set(
    Array.from({ length: lastPatch + 1 }, (_, patch) =>
      markerHolds(marker, markerEnvironment({ ...python, version: [major, minor, patch] })),
    ),
  );
  if (answers.size > 1 || answers.has(undefined)) return 'sometimes';
  return answers.has(true) ? 'always' : 'never';
}

/**
 * The wheel that a lock keeps for a target: the best for the oldest system that takes one. Newer systems take it, too,
 * so that all of them run the same bytes.
 */
export function wheelFor<W extends { readonly file: string }>(target: Target, wheels: readonly W[]): W | undefined {
  for (const system of target.systems) {
    const best = bestWheel(wheels, system);
    if (best !== undefined) return best;
  }
  return undefined;
}
