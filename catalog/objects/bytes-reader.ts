import { Failure } from '../../core/failure.ts';

/** Reads lines and counted bytes from one stream, one after the other, and never more than it must at one time. */
export interface BytesReader {
  /** Without its newline. */
  line(): Promise<string>;
  take(length: number): Promise<Buffer>;
  skip(length: number): Promise<void>;
}

/** No line of what is read is longer. */
const maxLineBytes = 1024;

/** What its functions throw: Failure `git`, where the stream ends too early or has a line that is too long. */
export function bytesReader(stream: AsyncIterable<unknown>): BytesReader {
  const chunks = stream[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);

  const more = async (): Promise<Buffer> => {
    const next = await chunks.next().catch((cause: unknown) => {
      throw ended({ cause });
    });
    if (next.done === true) throw ended();
    return next.value as Buffer;
  };
  /** Goes over so many bytes, and shows each part of them. */
  const pass = async (length: number, show: (part: Buffer, at: number) => void): Promise<void> => {
    for (let at = 0; at < length;) {
      if (rest.byteLength === 0) rest = await more();
      const part = rest.subarray(0, length - at);
      show(part, at);
      rest = rest.subarray(part.byteLength);
      at += part.byteLength;
    }
  };
  return {
    line: async () => {
      let end = rest.indexOf('\n');
      while (end === -1) {
        if (rest.byteLength > maxLineBytes) throw ended();
        rest = Buffer.concat([rest, await more()]);
        end = rest.indexOf('\n');
      }
      const line = rest.toString('utf8', 0, end);
      rest = rest.subarray(end + 1);
      return line;
    },
    take: async (length) => {
      const bytes = Buffer.allocUnsafe(length);
      await pass(length, (part, at) => part.copy(bytes, at));
      return bytes;
    },
    skip: (length) => pass(length, () => undefined),
  };
}

const ended = (options?: ErrorOptions): Failure =>
  new Failure('git', 'git ended before it had answered', 'see what git says', options);
