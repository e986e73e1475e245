/** What a registry publishes of its servers: the approvals that were signed, and which of them is current. */
import type { ApprovalStatement, LifecycleEntry } from '../schemas/types.ts';

/** One approval of the store, by what selects it. The bundle itself is read where it is asked for. */
export interface StoredApproval {
  readonly name: string;
  readonly version: string;
  readonly revision: number;
  readonly sequence: number;
  readonly approvedAt: string;
  readonly validUntil: string;
  /** The commit that was approved; absent where development signed a working tree. */
  readonly commit?: string;
  /** Who may see and run it; everybody where it is absent. */
  readonly audience?: readonly string[];
  /** SHA-256 of the bundle's exact bytes. */
  readonly digest: string;
  readonly manifestDigest: string;
  readonly lockDigest: string;
  /** Who signed it. */
  readonly keyHint: string;
  /** Its key was revoked, and the keyring does not list it: it counts for nothing, but its numbers are taken. */
  readonly worthless?: true;
  /** What today's schema has against the manifest inside; it stays published all the same. */
  readonly outdated?: string;
}

/** An approval with everything that it says. */
export interface OpenedApproval extends StoredApproval {
  readonly statement: ApprovalStatement;
  /** The bundle's exact bytes. */
  readonly bytes: Uint8Array;
}

/** Reads an approval's bundle. @throws Failure `approvals-store` where it is not what it was */
export type OpenApproval = (approval: StoredApproval) => Promise<OpenedApproval>;

/** What is published of one server. */
export interface Published {
  readonly name: string;
  /** The approval of the current version. */
  readonly current: StoredApproval;
  /** One approval a version, the newest first. */
  readonly versions: readonly StoredApproval[];
  /** From the tip of main; of a deleted server, the last there was. */
  readonly lifecycle: readonly LifecycleEntry[];
  /** The lifecycle as each commit of the main line left it, the oldest first. None outside git. */
  readonly committed?: readonly CommittedLifecycle[];
}

export interface CommittedLifecycle {
  readonly commit: string;
  readonly lifecycle: readonly LifecycleEntry[];
}
