/**
 * A chain of events: each names the SHA-256 of the line before it, so that a line that is edited, removed or moved later
 * shows. Every process writes a chain of its own, and so needs no lock to know which line comes before: a lock would
 * make calls wait for other servers' calls, and would have to be broken when a process is killed. The first event of a
 * chain names the last line that the trail had, of whatever chain, so that a chain that is removed as a whole shows too.
 */
import { sha256 } from '../../core/digest.ts';
import type { AuditEvent } from '../../schemas/types.ts';

/** What the first event of the first chain names. */
export const nothingBefore = '0'.repeat(64);

/** What the next event says of its place. */
export type Place = Pick<AuditEvent, 'chain' | 'sequence' | 'previous'>;

export class Chain {
  readonly #id: string;
  #sequence = 1;
  #previous: string;

  /** `id` must never have been used before. */
  constructor(id: string, previous: string) {
    this.#id = id;
    this.#previous = previous;
  }

  get next(): Place {
    return { chain: this.#id, sequence: this.#sequence, previous: this.#previous };
  }

  /** Must be called once the line of the next event is in the file, and not if it is not. */
  wrote(line: string): void {
    this.#sequence++;
    this.#previous = sha256(line);
  }
}
