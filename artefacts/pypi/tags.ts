/**
 * Which wheels an interpreter takes, and which of them it takes first
 * (https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/).
 */
import { compareText } from '../../core/order.ts';
import type { PythonPlatform } from '../../core/platform.ts';
import { parseWheelName, type WheelName } from './wheel-name.ts';

/**
 * The tags of all wheels that an interpreter takes, the best first: `cp311-cp311-manylinux_2_36_x86_64`. As pip lists
 * them for the usual builds of CPython.
 */
export function pythonTags(python: PythonPlatform): string[] {
  const [major, minor] = python.version;
  const platforms = platformTags(python);
  const own = `cp${major}${minor}`;
  const on = (tag: string): string[] => platforms.map((platform) => `${tag}-${platform}`);
  // A stable interface of C, which wheels of older versions name for all later ones.
  const stable = Array.from({ length: Math.max(minor - 2, 0) }, (_, index) => `cp${major}${minor - 1 - index}-abi3`);
  const older = Array.from({ length: minor }, (_, index) => `py${major}${minor - 1 - index}`);
  const anyPython = [`py${major}${minor}`, `py${major}`, ...older];
  return [
    ...[`${own}-${own}`, `${own}-abi3`, `${own}-none`, ...stable].flatMap(on),
    ...anyPython.flatMap((name) => on(`${name}-none`)),
    ...[own, ...anyPython].map((name) => `${name}-none-any`),
  ];
}

function platformTags({ os, machine, libc, macos }: PythonPlatform): string[] {
  switch (os) {
    case 'linux': {
      const arch = machine === 'x64' ? 'x86_64' : 'aarch64';
      const [major, minor] = libc?.version ?? [0, -1];
      const known = libc?.name === 'musl' ? musllinux(major, minor) : manylinux(major, minor, machine);
      return [...known, 'linux'].map((name) => `${name}_${arch}`);
    }
    case 'darwin':
      return macosx(macos ?? [0, 0], machine);
    case 'win32':
      return [machine === 'x64' ? 'win_amd64' : 'win_arm64'];
    default:
      return os satisfies never;
  }
}

/** From `from` down to `to`, both included. */
const downFrom = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(from - to + 1, 0) }, (_, index) => from - index);

/** PEP 656. */
const musllinux = (major: number, minor: number): string[] =>
  downFrom(minor, 0).map((each) => `musllinux_${major}_${each}`);

/** PEP 600. Only glibc 2 is known: nobody knows what a wheel for it would do with a glibc 3. */
const manylinux = (major: number, minor: number, machine: PythonPlatform['machine']): string[] =>
  major !== 2
    ? []
    : downFrom(minor, machine === 'x64' ? 5 : 17).flatMap((each) => {
        const older = oldNames.get(each);
        return [`manylinux_2_${each}`, ...(older === undefined ? [] : [older])];
      });

/** By the minor version of glibc. */
const oldNames: ReadonlyMap<number, string> = new Map([
  [17, 'manylinux2014'],
  [12, 'manylinux2010'],
  [5, 'manylinux1'],
]);

/** From macOS 11 on only the first number counts. Before, there was no arm64. */
function macosx([major, minor]: readonly [number, number], machine: PythonPlatform['machine']): string[] {
  const formats = machine === 'x64' ? intel : ['arm64', 'universal2'];
  const before = machine === 'x64' ? intel : ['universal2'];
  const newer = downFrom(major, 11).flatMap((each) => formats.map((format) => `macosx_${each}_0_${format}`));
  const last = major > 10 ? 16 : major === 10 && machine === 'x64' ? minor : -1;
  return [...newer, ...downFrom(last, 4).flatMap((each) => before.map((format) => `macosx_10_${each}_${format}`))];
}

const intel = ['x86_64', 'intel', 'fat64', 'fat32', 'universal2', 'universal'];

/**
 * The wheel that an interpreter installs: that with the best tag, and among several with the same one that with the
 * highest build number. Undefined if it takes none of them.
 */
export function bestWheel<W extends { readonly file: string }>(
  wheels: readonly W[],
  python: PythonPlatform,
): W | undefined {
  const ranks = ranksOf(python);
  let best: { readonly wheel: W; readonly rank: number; readonly name: WheelName } | undefined;
  for (const wheel of wheels) {
    const name = parseWheelName(wheel.file);
    if (name === undefined) continue;
    const rank = Math.min(...name.tags.map((tag) => ranks.get(`${tag.python}-${tag.abi}-${tag.platform}`) ?? Infinity));
    if (rank === Infinity) continue;
    if (best === undefined || rank < best.rank || (rank === best.rank && compareBuilds(name, best.name) > 0))
      best = { wheel, rank, name };
  }
  return best?.wheel;
}

/** Some thousand tags, which are asked for again for each package. */
const remembered = new WeakMap<PythonPlatform, ReadonlyMap<string, number>>();

function ranksOf(python: PythonPlatform): ReadonlyMap<string, number> {
  const known = remembered.get(python);
  if (known !== undefined) return known;
  const ranks = new Map(pythonTags(python).map((tag, index) => [tag, index]));
  remembered.set(python, ranks);
  return ranks;
}

/** By the number at its start, then by the text after it. A wheel without one comes before all others. */
function compareBuilds(a: WheelName, b: WheelName): number {
  const [numberA, textA] = buildOf(a);
  const [numberB, textB] = buildOf(b);
  return numberA - numberB || compareText(textA, textB);
}

function buildOf({ build = '' }: WheelName): readonly [number, string] {
  const number = /^\d+/u.exec(build)?.[0];
  return number === undefined ? [-1, ''] : [Number(number), build.slice(number.length)];
}
