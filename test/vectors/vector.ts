/**
 * Attack vectors on disk. `control/` is a registry as it is published now, `before/` is its earlier state, and `after/`
 * has the files that will change later. Each folder in `attacks/` contains `expect.json`, and in `serves` the files
 * that its attacker serves differently from the control. If the control does not fit an attack, the attack has its own
 * `honest/`, `after/` and `seen/` with the files that differ.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { RefusalCode } from '../../core/refusal.ts';
import type { TrustConfig } from '../../schemas/types.ts';
import type { AnswerName } from '../support/hostile-answers.ts';

/** The code of a refusal, or of a failure that is not an attack. */
export type Outcome = 'accepted' | RefusalCode | 'network' | 'http-status' | 'not-carried';

/** A moment at which a host reached a registry and accepted it. */
export interface Step {
  /** `seen` is a folder of the attack's own. */
  readonly registry: 'before' | 'control' | 'seen';
  readonly at: string;
}

/** What happens to a file in the host's cache before the attack. */
export interface Damage {
  /** Below the folder of the registry. */
  readonly path: string;
  readonly becomes: 'deleted' | 'empty' | 'half' | 'padded' | 'a file' | 'a folder';
}

/** The content of expect.json. */
export interface Expect {
  /** What the attacker does. */
  readonly attack: string;
  /** The result for a host that has seen nothing yet, and for a host that took the steps. */
  readonly outcome: { readonly fresh?: Outcome; readonly visited?: Outcome };
  /** The host's clock. */
  readonly now: string;
  readonly steps: readonly Step[];
  /** The fields that differ from `trust.json`. That file has no address, because each run has its own. */
  readonly trust: Partial<TrustConfig>;
  /** An address of the registry that is not the one where the control's files are. */
  readonly url?: string;
  /** The version that is asked for; if absent, the record's current one. */
  readonly version?: string;
  /** Answers that are not files, by path; `*` is every path. */
  readonly answers: Readonly<Record<string, AnswerName>>;
  readonly damage: readonly Damage[];
  /**
   * What the host may remember afterwards: nothing new, what it saw down to the status, or all that the control shows
   * it.
   */
  readonly remembers: 'nothing' | 'status' | 'all';
  /**
   * Whether the attack is in a file of the server that is asked for. A host that used this server before then accepts
   * nothing of the refresh, and continues with its cache.
   */
  readonly inUsedFile: boolean;
  /**
   * How the control differs from the attack, apart from files: used if the attack is in the clock or the trust config.
   */
  readonly control: Partial<Pick<Expect, 'now' | 'trust'>>;
  /** What the host does afterwards: if nothing answers, and if the registry serves its later state. */
  readonly afterwards: { readonly silent: Outcome; readonly honest: Outcome; readonly at: string };
}

/** Files by path, as a registry publishes them. */
export type Files = ReadonlyMap<string, Uint8Array>;

export const vectorsFolder = import.meta.dirname;

/** Every file below a folder, by its path there; empty if there is no such folder. */
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
