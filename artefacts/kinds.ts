/** The kinds of artefacts that can be locked: another kind is a folder beside the others, and a line here. */
import type { Platform } from '../core/platform.ts';
import type { Fault } from '../core/problem.ts';
import type { Closure, Lock, Manifest } from '../schemas/types.ts';
import type { Kind } from './kind.ts';
import type { LaunchProblem, Program } from './launch/program.ts';
import { mcpb } from './mcpb/kind.ts';
import { npm } from './npm/kind.ts';
import { oci } from './oci/kind.ts';
import type { Part } from './part.ts';
import { pypi } from './pypi/kind.ts';
import { tree } from './trees/kind.ts';

const kinds: { readonly [K in Closure['kind']]: Kind<Extract<Closure, { kind: K }>> } = {
  npm,
  pypi,
  oci,
  mcpb,
  tarball: tree,
  git: tree,
};

/** The table says that a kind fits its own closures; the compiler cannot follow that through the union. */
const kindOf = ({ closure }: Lock): Kind<Closure> => kinds[closure.kind] as unknown as Kind<Closure>;

export const checkPlaces = (lock: Lock): Fault[] => kindOf(lock).checkPlaces(lock);
export const partsOf = (lock: Lock): Part[] => kindOf(lock).parts(lock);
export const rootOf = (lock: Lock): string => kindOf(lock).root(lock);
export const partsFor = (lock: Lock, platform: Platform): Part[] => kindOf(lock).partsFor(lock, platform);
export const platformName = (lock: Lock, platform: Platform): string => kindOf(lock).platformName(lock, platform);
export const looksAround = (lock: Lock): boolean => kindOf(lock).looksAround;
export const programOf = (manifest: Manifest, lock: Lock, os: string): Program | LaunchProblem =>
  kindOf(lock).program(manifest, lock, os);
export const launchFaultsOf = (manifest: Manifest, lock: Lock): Fault[] =>
  kindOf(lock).launchFaults?.(manifest, lock) ?? [];
