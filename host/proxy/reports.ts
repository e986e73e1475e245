/** Passes events on, and keeps those that could not be written until they can be: nothing is lost, and no call happens meanwhile. */
import { Failure, messageOf } from '../../core/failure.ts';
import { maxToldDenials } from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';
import type { DenialEvent, DriftEvent, ProxyEvent } from './events.ts';

export class Reports {
  readonly #write: (event: ProxyEvent) => void;
  #kept: ProxyEvent[] = [];
  #denials = 0;
  readonly #drifted = new Set<string>();

  /** `write` throws where it cannot write. */
  constructor(write: (event: ProxyEvent) => void) {
    this.#write = write;
  }

  /** How many messages were kept back, also those that were not told of one by one. */
  get denials(): number {
    return this.#denials;
  }

  tell(event: ProxyEvent): void {
    this.#kept.push(event);
    this.whyBlocked();
  }

  /** Each thing once in a session. */
  tellDrift(event: DriftEvent): void {
    const key = JSON.stringify([event.list, event.key, event.why]);
    if (this.#drifted.has(key) || this.#drifted.size >= maxToldDenials) return;
    this.#drifted.add(key);
    this.tell(event);
  }

  /** A hostile server can be denied something without end. */
  tellDenial(event: DenialEvent): void {
    if (++this.#denials <= maxToldDenials) this.tell(event);
  }

  /** Tries to write what was kept. Returns why that is not possible; undefined if all is written. */
  whyBlocked(): string | undefined {
    while (this.#kept.length > 0)
      try {
        this.#write(this.#kept[0] as ProxyEvent);
        this.#kept.shift();
      } catch (error) {
        return error instanceof Failure || error instanceof Refusal
          ? `${error.message}; ${error.remedy}`
          : messageOf(error);
      }
    return undefined;
  }
}
