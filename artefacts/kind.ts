/** The questions that every kind of artefact answers. A host asks them too, so they load little. */
import type { Platform } from '../core/platform.ts';
import type { Fault } from '../core/problem.ts';
import type { Closure, Lock, LockedArtefact, Manifest } from '../schemas/types.ts';
import type { LaunchProblem, Program } from './launch/program.ts';
import type { Part } from './part.ts';

/** A lock whose artefact is of one kind. An endpoint has no artefact, and its kind does not ask for it. */
export type LockOf<C extends Closure> = Omit<Lock, 'closure' | 'artefact'> & {
  readonly closure: C;
  readonly artefact: LockedArtefact;
};

export interface Kind<C extends Closure> {
  /** Whether every part has a place of its own, and the artefact is among them. */
  readonly checkPlaces: (lock: LockOf<C>) => Fault[];
  /** Everything that has to be fetched, for all platforms, in the order of the lock. */
  readonly parts: (lock: LockOf<C>) => Part[];
  /** The folder of the artefact itself; on a platform for which there are several, any of them. Undefined for an endpoint. */
  readonly root: (lock: LockOf<C>) => string | undefined;
  /**
   * What lies on the disk of a machine.
   * @throws Refusal E_UNSUPPORTED where the server does not run there
   */
  readonly partsFor: (lock: LockOf<C>, platform: Platform) => Part[];
  /** The platform, as far as it matters to what lies on the disk: a part of the name of that folder. */
  readonly platformName: (lock: LockOf<C>, platform: Platform) => string;
  /** Whether its runtime also looks for code around the installed tree, where nothing may be then. */
  readonly looksAround: boolean;
  /** What is started on a system, as Node names it, and why not if nothing can be. */
  readonly program: (manifest: Manifest, lock: LockOf<C>, os: string) => Program | LaunchProblem;
  /** Where the launch of a manifest contradicts what the artefact itself says about its start. Absent where it says nothing. */
  readonly launchFaults?: (manifest: Manifest, lock: LockOf<C>) => Fault[];
}
