/**
 * What this host has seen, so that it cannot be shown less: one empty file a mark, named after the value. Creating a
 * file is atomic, needs no lock, and nothing is left that could be truncated.
 */
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asDiskFailure } from '../../core/disk.ts';
import { sha256 } from '../../core/digest.ts';
import { systemCode } from '../../core/failure.ts';
import { makePrivateFolder } from '../../core/private.ts';
import { Refusal } from '../../core/refusal.ts';

/** A version that was seen, of something that only grows. */
export interface Mark {
  /** What grows: `timestamp`, `bin-a3`, `status`. */
  readonly kind: string;
  /**
   * Under whose keys: a mark says nothing about files that other keys sign. That is how a registry recovers from a
   * stolen key that signed the highest version there is; which keys those are is decided by keys higher up.
   */
  readonly scope: string;
  readonly version: number;
  /** SHA-256 of what had that version. */
  readonly digest: string;
}

/** A scope for these keys, in whatever order. */
export const scopeOf = (keys: Iterable<string>): string => sha256([...keys].sort().join('\n')).slice(0, 16);

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

  /** @throws Refusal E_ROLLBACK */
  check(mark: Mark): void {
    for (const seen of this.#alike(mark)) {
      if (mark.version < seen.version)
        throw new Refusal(
          'E_ROLLBACK',
          `the registry's ${mark.kind} has the version ${mark.version}; ${seen.version} was seen before`,
          'somebody serves an old state: try another network, and tell whoever runs the registry',
        );
      if (mark.version === seen.version && mark.digest !== seen.digest)
        throw new Refusal(
          'E_ROLLBACK',
          `the registry's ${mark.kind} ${mark.version} is another one than was seen before under that number`,
          'tell whoever runs the registry: two states were signed under one number',
        );
    }
  }

  /** Remembers what was checked. */
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
      // Lower marks say nothing any more.
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
