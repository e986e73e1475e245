/**
 * Attack vectors on disk. `control/` is a registry as it is published now, `before/` what it was, and `after/` what of it
 * will be another. Each folder in `attacks/` holds `expect.json`, and what of the control its attacker `serves` in
 * another way. Where the control does not fit, `honest/` and `after/` differ from it too, and `seen/` from `before/`.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { RefusalCode } from '../../core/refusal.ts';
import type { TrustConfig } from '../../schemas/types.ts';
import type { AnswerName } from '../support/hostile-answers.ts';

/** Either a refusal's code, or that of a failure for which nobody is to blame. */
export type Outcome = 'accepted' | RefusalCode | 'network' | 'http-status';

/** A moment at which a host reached a registry and accepted it. */
export interface Step {
  /** `seen` is a folder of the attack's own. */
  readonly registry: 'before' | 'control' | 'seen';
  readonly at: string;
}

/** What became of a file that the host cached, between what it has seen and the attack. */
export interface Damage {
  /** Below the folder of the registry. */
  readonly path: string;
  readonly becomes: 'deleted' | 'empty' | 'half' | 'padded' | 'a file' | 'a folder';
}

/** What expect.json says. */
export interface Expect {
  /** What the attacker does. */
  readonly attack: string;
  /** How it ends for a host that has seen nothing yet, and for one that took the steps. */
  readonly outcome: { readonly fresh?: Outcome; readonly visited?: Outcome };
  /** The host's clock. */
  readonly now: string;
  readonly steps: readonly Step[];
  /** What differs from `trust.json`, which has no address: each run has its own. */
  readonly trust: Partial<TrustConfig>;
  /** Another address of the registry than where its files are, which is the control's. */
  readonly url?: string;
  /** The version that is asked for; absent, the record's current one. */
  readonly version?: string;
  /** Other answers than files, by path; `*` is every path. */
  readonly answers: Readonly<Record<string, AnswerName>>;
  readonly damage: readonly Damage[];
  /**
   * What the host may remember afterwards: nothing new, what it saw down to the status, or all that the control shows
   * it.
   */
  readonly remembers: 'nothing' | 'status' | 'all';
  /**
   * Whether it is in a file of the server that is asked for: a host that used it before believes nothing of the refresh
   * then, and goes on with its cache.
   */
  readonly inUsedFile: boolean;
  /** In what the control differs from the attack, beside the files: where the clock or the trust config is the attack. */
  readonly control: Partial<Pick<Expect, 'now' | 'trust'>>;
  /** What the host does afterwards: with nobody there, and where the registry serves what comes after. */
  readonly afterwards: { readonly silent: Outcome; readonly honest: Outcome; readonly at: string };
}

/** Files by path, as a registry publishes them. */
export type Files = ReadonlyMap<string, Uint8Array>;

export const vectorsFolder = import.meta.dirname;

/** Every file below a folder, by its path there; none where there is no such folder. */
export async function filesBelow(folder: string): Promise<Files> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  const files = new Map<string, Uint8Array>();
  for (const entry of entries.filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name);
    files.set(relative(folder, path).replaceAll('\\', '/'), await readFile(path));
  }
  return files;
}
