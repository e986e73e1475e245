/** The messages in an answer, each as one line and none longer than `maxMessageBytes`. */
import type { Response } from '../../core/download.ts';
import { eventsIn } from '../../core/event-stream.ts';
import { Failure } from '../../core/failure.ts';
import { maxMessageBytes } from '../../core/limits.ts';
import type { Arrivals } from './arrivals.ts';

type Holding = Pick<Arrivals, 'hold' | 'free'>;

/** The one message of an answer that is JSON. It is held until `use` is done. @throws Failure `endpoint-answer` */
export async function wholeMessage<T>(
  { body }: Response,
  holding: Holding,
  use: (line: Uint8Array) => Promise<T>,
): Promise<T> {
  const held = new Held(holding);
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of held.counted(body)) chunks.push(chunk);
    return await use(asLine(Buffer.concat(chunks)));
  } finally {
    held.free();
  }
}

export interface StreamedMessage {
  /** Absent where the event holds no message. */
  readonly line?: Uint8Array;
  /** Where messages are posted, as the older transport names it on its stream. */
  readonly inbox?: string;
  readonly id?: string;
  readonly retryMs?: number;
}

/** The messages of an event stream. Each is held until the next one is asked for. @throws Failure `endpoint-answer` */
export async function* streamedMessages({ body }: Response, holding: Holding): AsyncGenerator<StreamedMessage> {
  const held = new Held(holding);
  try {
    for await (const { type, text, ...place } of eventsIn(held.counted(body))) {
      if (type === 'endpoint') yield { inbox: text, ...place };
      else yield type === 'message' && text !== '' ? { line: asLine(Buffer.from(text, 'utf8')), ...place } : place;
      held.free();
    }
  } finally {
    held.free();
  }
}

class Held {
  readonly #holding: Holding;
  #bytes = 0;

  constructor(holding: Holding) {
    this.#holding = holding;
  }

  async *counted(body: Response['body']): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      this.#bytes += chunk.byteLength;
      this.#holding.hold(chunk.byteLength);
      if (this.#bytes > maxMessageBytes)
        throw new Failure(
          'endpoint-answer',
          `it gave an answer of more than ${maxMessageBytes} bytes, which is not passed on`,
          'ask for less',
        );
      yield chunk;
    }
  }

  free(): void {
    this.#holding.free(this.#bytes);
    this.#bytes = 0;
  }
}

/**
 * A line end within JSON text can only be space between its parts. It may not stay: a client would read what follows as another
 * message, which nobody has looked at.
 */
const asLine = (text: Uint8Array): Uint8Array =>
  Buffer.from(text).map((byte) => (byte === lineFeed || byte === carriageReturn ? space : byte));

const [lineFeed, carriageReturn, space] = [10, 13, 32];
