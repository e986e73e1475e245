/**
 * JSON-RPC 2.0 with a server that is not trusted, over any transport: the requests that wait for an answer, and what the
 * server asks of the client meanwhile.
 */
import { Failure } from '../core/failure.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import { maxServerRequests } from '../core/limits.ts';

/** The limits of one session, in time and size. */
export interface SessionBounds {
  /** One answer. */
  readonly answerMs: number;
  /** The whole session. */
  readonly sessionMs: number;
  /** The pause before lists are asked for again: some servers add tools when they know the capabilities of the client. */
  readonly settleMs: number;
  readonly maxBytes: number;
}

/** One session with a server. */
export interface Session {
  /** @throws Failure `capture` */
  request(method: string, params: JsonObject): Promise<JsonObject>;
  /** @throws Failure `capture` */
  notify(method: string): Promise<void>;
  /** Ends the session, and waits for that. */
  end(): Promise<void>;
}

interface Waiting {
  readonly resolve: (result: JsonObject) => void;
  readonly reject: (error: Failure) => void;
}

/** How messages leave, and what happens when the session fails. */
interface Ends {
  readonly send: (message: JsonObject) => void;
  readonly fail: (error: Failure) => void;
  /** What the server said last, for the message about a missing answer. */
  readonly reason: () => string;
  readonly answerMs: number;
  /** What to do when it answers with an error, or not at all. */
  readonly remedy: string;
}

export class Requests {
  readonly #ends: Ends;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #asked = 0;

  constructor(ends: Ends) {
    this.#ends = ends;
  }

  /** Sends a request, and waits for its answer. */
  ask(method: string, params: JsonObject): Promise<JsonObject> {
    const id = ++this.#lastId;
    const { answerMs, fail, reason, remedy, send } = this.#ends;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => fail(failed(`no answer to ${method} in ${answerMs / 1000} s${reason()}`, remedy)),
        answerMs,
      );
      const settled =
        <T>(settle: (value: T) => void) =>
        (value: T): void => {
          clearTimeout(timer);
          this.#waiting.delete(id);
          settle(value);
        };
      this.#waiting.set(id, { resolve: settled(resolve), reject: settled(reject) });
      send({ jsonrpc: '2.0', id, method, params });
    });
  }

  /** Whether a request was sent and not answered yet. */
  waitsFor(id: unknown): boolean {
    return typeof id === 'number' && this.#waiting.has(id);
  }

  /** Takes a message of the server. */
  take(message: unknown): void {
    if (!isJsonObject(message)) return;
    const { id, method, result, error } = message;
    if (typeof method === 'string') {
      if (typeof id === 'string' || typeof id === 'number') this.#answer(id, method);
      return;
    }
    const waiting = typeof id === 'number' ? this.#waiting.get(id) : undefined;
    if (error !== undefined)
      waiting?.reject(
        failed(`it answered with an error: ${JSON.stringify(error).slice(0, 200)}`, this.#ends.remedy, {
          cause: error,
        }),
      );
    else if (isJsonObject(result)) waiting?.resolve(result);
    else waiting?.reject(unusable('it answered with neither a result nor an error'));
  }

  /**
   * Answers as a client without roots, models or a user. Answers that the server does not read use our memory, so they are
   * counted.
   */
  #answer(id: string | number, method: string): void {
    const { send, fail } = this.#ends;
    if (++this.#asked > maxServerRequests)
      fail(unusable(`it asked more than ${maxServerRequests} things of the client`));
    else if (method === 'ping') send({ jsonrpc: '2.0', id, result: {} });
    else if (method === 'roots/list') send({ jsonrpc: '2.0', id, result: { roots: [] } });
    else send({ jsonrpc: '2.0', id, error: { code: -32601, message: 'not offered' } });
  }

  /** All waiting requests fail. */
  rejectAll(error: Failure): void {
    for (const waiting of this.#waiting.values()) waiting.reject(error);
  }
}

const useAnother = 'tell the maintainers of the server, and do not use this version';

export const failed = (why: string, remedy: string, options?: ErrorOptions): Failure =>
  new Failure('capture', `the server's tools could not be captured: ${why}`, remedy, options);

/** The server answers, but no client could use the answer. */
export const unusable = (why: string): Failure => failed(why, useAnother);

export const isUnusable = ({ remedy }: Failure): boolean => remedy === useAnother;

/** JSON-RPC 2.0, 5.1: the program does not have the requested method. */
export const isUnknownMethod = ({ cause }: Failure): boolean => isJsonObject(cause) && cause.code === -32601;
