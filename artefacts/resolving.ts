/** What finding and hashing a closure takes, and what it gives, for every kind of artefact. */
import type { Closure, LockedArtefact } from '../schemas/types.ts';
import type { Blobs, Layers } from './blobs.ts';
import type { OpenSources } from './open-sources.ts';

/** What resolving needs. */
export interface Resolving extends OpenSources {
  readonly blobs: Blobs & Layers;
  /** Called after each part. */
  readonly onFetched?: (done: number, of: number) => void;
}

/** What a lock says about an artefact, its tools aside. */
export interface Resolved {
  readonly artefact: LockedArtefact;
  readonly closure: Closure;
}
