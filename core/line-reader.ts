/** Splits a stream of bytes at its line ends, and holds no more of a line than the limit. */

const newline = 0x0a;

/** What becomes of the lines. Empty lines are left out. */
export interface LineSink {
  readonly line: (line: Buffer) => void;
  /** A line that is longer than the limit, when it has ended: how it begins and ends. What stands between is dropped. */
  readonly tooLong: (ends: LineEnds) => void;
}

/** What is kept of a line that is too long. */
export interface LineEnds {
  readonly beginning: Buffer;
  readonly ending: Buffer;
}

/** Of each end: enough to see what a line is about. */
const keptEnd = 4 * 1024;

export class LineReader {
  readonly #maxBytes: number;
  readonly #sink: LineSink;
  /** The incomplete line. Its room doubles, so that each byte is copied only a few times. It belongs to whoever gets the line. */
  #kept = Buffer.alloc(0);
  #keptBytes = 0;
  /** Set while a line is too long. */
  #tooLong: LineEnds | undefined;

  constructor(maxBytes: number, sink: LineSink) {
    this.#maxBytes = maxBytes;
    this.#sink = sink;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      this.#complete(chunk.subarray(start, end));
      start = end + 1;
    }
    if (start < chunk.byteLength) this.#keep(chunk.subarray(start));
  }

  /** The stream is over. Half a line is no message, so what is left is dropped. Returns how many bytes that were. */
  end(): number {
    const left = this.#keptBytes;
    this.#forget();
    return left;
  }

  #complete(rest: Buffer): void {
    // Most lines arrive whole, and need no copy.
    if (this.#keptBytes === 0 && this.#tooLong === undefined && rest.byteLength <= this.#maxBytes) {
      if (rest.byteLength > 0) this.#sink.line(rest);
      return;
    }
    this.#keep(rest);
    if (this.#tooLong !== undefined) this.#sink.tooLong(this.#tooLong);
    else if (this.#keptBytes > 0) this.#sink.line(this.#kept.subarray(0, this.#keptBytes));
    this.#forget();
  }

  #keep(part: Buffer): void {
    if (this.#tooLong !== undefined) {
      this.#tooLong = { ...this.#tooLong, ending: endOf(this.#tooLong.ending, part) };
      return;
    }
    const bytes = this.#keptBytes + part.byteLength;
    if (bytes > this.#maxBytes) {
      const before = this.#kept.subarray(0, this.#keptBytes);
      const beginning = Buffer.concat([before.subarray(0, keptEnd), part.subarray(0, keptEnd)]).subarray(0, keptEnd);
      const ending = endOf(before, part);
      this.#forget();
      this.#tooLong = { beginning, ending };
      return;
    }
    if (bytes > this.#kept.byteLength) {
      const room = Buffer.alloc(Math.min(Math.max(bytes, 2 * this.#kept.byteLength, 64 * 1024), this.#maxBytes));
      this.#kept.copy(room, 0, 0, this.#keptBytes);
      this.#kept = room;
    }
    part.copy(this.#kept, this.#keptBytes);
    this.#keptBytes = bytes;
  }

  #forget(): void {
    this.#kept = Buffer.alloc(0);
    this.#keptBytes = 0;
    this.#tooLong = undefined;
  }
}

const endOf = (before: Buffer, part: Buffer): Buffer =>
  Buffer.concat([before.subarray(-keptEnd), part.subarray(-keptEnd)]).subarray(-keptEnd);
