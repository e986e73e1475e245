/** One side of a session: where lines come from, and where they go. The proxy does not know what lies behind it. */
import type { Readable, Writable } from 'node:stream';
import { LineReader, type LineEnds } from '../../core/line-reader.ts';
import { maxMessageBytes } from '../../core/limits.ts';

/** What comes from the other side: a line, or the ends of one that is too long. */
export type Received =
  { readonly kind: 'line'; readonly line: Uint8Array } | { readonly kind: 'too long'; readonly ends: LineEnds };

export interface Channel {
  /** Ends when the other side does. Nothing more is read before the last one was dealt with. */
  received(): AsyncIterable<Received>;
  /** Waits while the other side does not read. What a side that is gone does not get is dropped. */
  send(line: Uint8Array): Promise<void>;
  /** Tells the other side that nothing more comes. */
  end(): void;
}

const lineEnd = Buffer.from('\n');

/** Lines over a pair of streams. */
export class StreamChannel implements Channel {
  readonly #chunks: AsyncIterable<Buffer>;
  readonly #output: Writable;
  #closed = false;

  constructor(input: Readable, output: Writable) {
    this.#chunks = input;
    this.#output = output;
    // An error of a stream shows as its end.
    const closed = (): void => void (this.#closed = true);
    output.on('error', closed).on('close', closed);
    input.on('error', () => undefined);
  }

  async *received(): AsyncGenerator<Received> {
    let found: Received[] = [];
    const reader = new LineReader(maxMessageBytes, {
      line: (line) => void found.push({ kind: 'line', line }),
      tooLong: (ends) => void found.push({ kind: 'too long', ends }),
    });
    try {
      for await (const chunk of this.#chunks) {
        found = [];
        reader.push(chunk);
        yield* found;
      }
    } catch {
      // The other side is gone.
    }
  }

  async send(line: Uint8Array): Promise<void> {
    if (this.#closed || !this.#output.writable) return;
    this.#output.cork();
    this.#output.write(line);
    const takesMore = this.#output.write(lineEnd);
    this.#output.uncork();
    if (takesMore || this.#closed) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.#output.off('drain', done).off('close', done);
        resolve();
      };
      this.#output.on('drain', done).on('close', done);
    });
  }

  end(): void {
    this.#output.end();
  }
}
