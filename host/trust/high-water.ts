/**
 * What this host has seen, so that nobody can later show it something older. Each mark is one empty file whose name
 * holds the value. Creating a file is atomic and needs no lock, and an empty file cannot be left half-written.
 */
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asDiskFailure } from '../../core/disk.ts';
import { sha256 } from '../../core/digest.ts';
import { systemCode } from '../../core/failure.ts';
import { makePrivateFolder } from '../../core/private.ts';
import { Refusal } from '../../core/refusal.ts';

/** A version that was seen. Versions of one kind only grow. */
export interface Mark {
  /** What grows: `timestamp`, `bin-a3`, `status`. */
  readonly kind: string;
  /** Who signed it: one key (`scopeOf`), or `anyScope` if it does not matter who signed. */
  readonly scope: string;
  readonly version: number;
  /** SHA-256 of what had that version. */
  readonly digest: string;
}

/** What is compared with the marks. It has no scope: who signed it does not matter for the comparison. */
export type Seen = Omit<Mark, 'scope'>;

/** Whether marks of that scope are still compared. */
export type Holds = (scope: string) => boolean;

/** A short name for one key or a set of keys. The order of the keys does not matter. */
export const scopeOf = (keys: Iterable<string>): string => sha256([...keys].sort().join('\n')).slice(0, 16);

/** The scope of marks that always hold, also after the keys change. */
export const anyScope = '0'.repeat(16);

/** Holds only the marks of these keys. Each key has marks of its own. */
export function ofKeys(keys: Iterable<string>): Holds {
  const scopes = new Set([...keys].map((key) => scopeOf([key])));
  return (scope) => scopes.has(scope);
}

const markName =
  /^(?<kind>[a-z]+(?:-[0-9a-f]{2})?)\.(?<scope>[0-9a-f]{16})\.(?<version>[1-9][0-9]{0,15})\.(?<digest>[0-9a-f]{64})$/u;

const nameOf = ({ kind, scope, version, digest }: Mark): string => `${kind}.${scope}.${version}.${digest}`;

export class HighWater {
  readonly #folder: string;
  #marks: readonly Mark[];

  private constructor(folder: string, marks: readonly Mark[]) {
    this.#folder = folder;
    this.#marks = marks;
  }

  /** @throws Refusal E_STATE where what was seen cannot be known */
  static async open(folder: string): Promise<HighWater> {
    const names = await readdir(folder).catch((cause: unknown): string[] => {
      if (systemCode(cause) === 'ENOENT') return [];
      throw new Refusal(
        'E_STATE',
        `${folder} cannot be read (${systemCode(cause) ?? 'unknown'}): what was seen of the registry is not known`,
        'make that folder readable',
        { cause },
      );
    });
    return new HighWater(folder, names.flatMap(marked));
  }

  /**
   * Compares a version with the highest one that was seen, among the marks that still hold: usually those of all keys
   * that may still sign. So if one key of a role is replaced, a thief of another key still cannot show old versions.
   * And if a stolen key signed the highest possible number, the registry recovers when a higher role removes that key.
   * @throws Refusal E_ROLLBACK
   */
  check({ kind, version, digest }: Seen, holds: Holds): void {
    for (const seen of this.#marks.filter((mark) => mark.kind === kind && holds(mark.scope))) {
      if (version < seen.version)
        throw new Refusal(
          'E_ROLLBACK',
          `the registry's ${kind} has the version ${version}; ${seen.version} was seen before`,
          'somebody serves an old state: try another network, and tell the operator of the registry',
        );
      if (version === seen.version && digest !== seen.digest)
        throw new Refusal(
          'E_ROLLBACK',
          `the registry's ${kind} ${version} is not the one that was seen before under that number`,
          'tell the operator of the registry: two states were signed under one number',
        );
    }
  }

  /** Remembers what was checked and cached: one mark for each kind and scope. */
  async raise(marks: readonly Mark[]): Promise<void> {
    for (const mark of marks) {
      const alike = this.#alike(mark);
      if (alike.some(({ version }) => version >= mark.version)) continue;
      try {
        await makePrivateFolder(this.#folder);
        await writeFile(join(this.#folder, nameOf(mark)), '', { flush: true, mode: 0o600 });
      } catch (error) {
        throw asDiskFailure(error, this.#folder);
      }
      // Lower marks of the same key say nothing more.
      for (const lower of alike) await rm(join(this.#folder, nameOf(lower)), { force: true });
      this.#marks = [...this.#marks.filter((seen) => !alike.includes(seen)), mark];
    }
  }

  /** The highest version that was seen of a kind, under any keys. */
  highest(kind: string): number {
    return Math.max(0, ...this.#marks.filter((mark) => mark.kind === kind).map(({ version }) => version));
  }

  #alike({ kind, scope }: Mark): Mark[] {
    return this.#marks.filter((mark) => mark.kind === kind && mark.scope === scope);
  }
}

function marked(name: string): Mark[] {
  const { kind, scope, version, digest } = markName.exec(name)?.groups ?? {};
  if (kind === undefined || scope === undefined || digest === undefined) return [];
  return [{ kind, scope, version: Number(version), digest }];
}
