import type { Lock, Manifest } from '../schemas/types.ts';

/** One version of one server, as it stands in the repository. */
export interface ServerVersion {
  readonly manifest: Manifest;
  readonly manifestBytes: Uint8Array;
  readonly lock: Lock;
  readonly lockBytes: Uint8Array;
  /** The commit that brought it, and when it was made; absent for a working tree. */
  readonly commit?: string;
  readonly committedAt?: Date;
}
