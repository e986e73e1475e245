/** The kinds of artefacts that can be locked: another kind is a folder beside the others, and a line here. */
import type { Platform } from '../core/platform.ts';
import type { Fault } from '../core/problem.ts';
import type { Closure, Lock, Manifest, OciClosure } from '../schemas/types.ts';
import type { Kind, LockOf } from './kind.ts';
import type { LaunchProblem, Program } from './launch/program.ts';
import { mcpb } from './mcpb/kind.ts';
import { npm } from './npm/kind.ts';
import { oci } from './oci/kind.ts';
import type { Part } from './part.ts';
import { pypi } from './pypi/kind.ts';
import { remote } from './remote/kind.ts';
import { tree } from './trees/kind.ts';

const kinds: { readonly [K in Closure['kind']]: Kind<Extract<Closure, { kind: K }>> } = {
  npm,
  pypi,
  oci,
  mcpb,
  tarball: tree,
  git: tree,
  remote,
};

/**
 * The table says that a kind fits its own closures, and the schema of locks which kinds have an artefact; the compiler
 * cannot follow that through the union.
 */
const kindOf = ({ closure }: Lock): Kind<Closure> => kinds[closure.kind] as unknown as Kind<Closure>;

/** The lock of an image, for what only a container engine does; undefined for everything else. */
export const imageLock = (lock: Lock): LockOf<OciClosure> | undefined =>
  kindOf(lock) === oci ? (lock as LockOf<OciClosure>) : undefined;

export const checkPlaces = (lock: Lock): Fault[] => kindOf(lock).checkPlaces(lock as LockOf<Closure>);
export const partsOf = (lock: Lock): Part[] => kindOf(lock).parts(lock as LockOf<Closure>);
export const rootOf = (lock: Lock): string | undefined => kindOf(lock).root(lock as LockOf<Closure>);
export const partsFor = (lock: Lock, platform: Platform): Part[] =>
  kindOf(lock).partsFor(lock as LockOf<Closure>, platform);
export const platformName = (lock: Lock, platform: Platform): string =>
  kindOf(lock).platformName(lock as LockOf<Closure>, platform);
export const looksAround = (lock: Lock): boolean => kindOf(lock).looksAround;
export const programOf = (manifest: Manifest, lock: Lock, os: string): Program | LaunchProblem =>
  kindOf(lock).program(manifest, lock as LockOf<Closure>, os);
export const launchFaultsOf = (manifest: Manifest, lock: Lock): Fault[] =>
  kindOf(lock).launchFaults?.(manifest, lock as LockOf<Closure>) ?? [];
