/** What came from an endpoint and waits to be dealt with: one message of each answer at most, and a limit for all together. */
import { Failure } from '../../core/failure.ts';
import { maxHeldBytes } from '../../core/limits.ts';
import type { Received } from '../proxy/channel.ts';

export class Arrivals {
  readonly #waiting: { readonly received: Received; readonly taken: () => void }[] = [];
  #wake: () => void = () => undefined;
  #closed = false;
  #heldBytes = 0;

  /** Waits until it was dealt with, so that nothing more is read of that answer before. */
  async put(line: Uint8Array): Promise<void> {
    if (this.#closed) return;
    await new Promise<void>((taken) => {
      this.#waiting.push({ received: { kind: 'line', line }, taken });
      this.#wake();
    });
  }

  async *all(): AsyncGenerator<Received> {
    for (;;) {
      const next = this.#waiting.shift();
      if (next !== undefined) {
        yield next.received;
        next.taken();
      } else if (this.#closed) return;
      else await new Promise<void>((wake) => (this.#wake = wake));
    }
  }

  /** What is there still comes out, and nothing goes in. */
  close(): void {
    this.#closed = true;
    this.#wake();
  }

  /** Counts the bytes that are held while a message is read and passed on. `free` must follow. @throws Failure `endpoint-answer` */
  hold(bytes: number): void {
    this.#heldBytes += bytes;
    if (this.#heldBytes > maxHeldBytes)
      throw new Failure(
        'endpoint-answer',
        `it sends more than ${maxHeldBytes} bytes at one time`,
        'ask for less, or for one thing after the other',
      );
  }

  free(bytes: number): void {
    this.#heldBytes -= bytes;
  }
}
