/**
 * Talks to a program with JSON-RPC over its standard input and output, one message on each line. The program is not trusted:
 * nothing that it sends may end this process, fill its memory or make it wait without a limit.
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { Failure, messageOf } from '../core/failure.ts';
import { isJsonObject, parseJson, type JsonObject } from '../core/json.ts';
import { maxServerRequests } from '../core/limits.ts';
import { maxKeptWords, reasonIn } from './last-words.ts';

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

/** A killed program ends immediately, unless the system itself hangs. */
const goneMs = 5_000;
const newline = 0x0a;
const lineEnd = Buffer.of(newline);

interface Waiting {
  readonly resolve: (result: JsonObject) => void;
  readonly reject: (error: Failure) => void;
}

export class Session {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #limits: Omit<SessionBounds, 'settleMs'>;
  readonly #deadline: NodeJS.Timeout;
  readonly #waiting = new Map<number, Waiting>();
  readonly #closed = Promise.withResolvers<void>();
  #ended: Failure | undefined;
  #lastId = 0;
  #received = 0;
  #asked = 0;
  #line = Buffer.alloc(64 * 1024);
  #lineBytes = 0;
  #words = '';

  constructor([program = '', ...words]: readonly string[], limits: Omit<SessionBounds, 'settleMs'>) {
    this.#limits = limits;
    this.#child = spawn(program, words, { stdio: 'pipe', env: { PATH: process.env.PATH ?? '' } });
    const { stdin, stdout, stderr } = this.#child;
    this.#deadline = setTimeout(
      () => this.#end(failed(`it took more than ${limits.sessionMs / 1000} s altogether`)),
      limits.sessionMs,
    );
    // An error of a stream shows as a missing answer, or as the end of the program.
    for (const stream of [stdin, stdout, stderr]) stream.on('error', () => undefined);
    stdout.on('data', (chunk: Buffer) => this.#admit(chunk) && this.#receive(chunk));
    stderr.on('data', (chunk: Buffer) => {
      if (this.#admit(chunk)) this.#noteWords(chunk);
    });
    this.#child.on('error', (error) => this.#end(failed(messageOf(error))));
    // Not `exit`: by now everything that it wrote has been read.
    this.#child.on('close', (code) => {
      this.#end(failed(`it ended with ${code ?? 'a signal'}${this.#reason()}`));
      this.#closed.resolve();
    });
  }

  request(method: string, params: JsonObject): Promise<JsonObject> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const id = ++this.#lastId;
    const { answerMs } = this.#limits;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => this.#end(failed(`no answer to ${method} in ${answerMs / 1000} s${this.#reason()}`)),
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
      this.#send({ id, method, params });
    });
  }

  notify(method: string): void {
    this.#send({ method });
  }

  /** Ends the program, and waits until its streams are closed. In a sandbox, everything that it started ends with it. */
  async kill(): Promise<void> {
    this.#end(failed('the session is over'));
    const { promise: closed, resolve } = this.#closed;
    const giveUp = setTimeout(() => {
      for (const stream of this.#child.stdio) stream?.destroy();
      resolve();
    }, goneMs);
    await closed;
    clearTimeout(giveUp);
  }

  #noteWords(words: Buffer): void {
    this.#words = (this.#words + words.toString('utf8')).slice(-maxKeptWords);
  }

  #reason(): string {
    const reason = reasonIn(this.#words);
    return reason === undefined ? ', and wrote nothing' : `: ${reason}`;
  }

  #send(message: JsonObject): void {
    this.#child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }

  /** Whether a chunk must still be read. */
  #admit({ byteLength }: Buffer): boolean {
    if (this.#ended !== undefined) return false;
    this.#received += byteLength;
    const { maxBytes } = this.#limits;
    if (this.#received > maxBytes) this.#end(unusable(`it sent more than ${maxBytes} bytes`));
    return this.#received <= maxBytes;
  }

  #receive(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      this.#keep(chunk.subarray(start, end));
      start = end + 1;
      const line = this.#line.subarray(0, this.#lineBytes);
      this.#lineBytes = 0;
      if (line.byteLength > 0) this.#understand(line);
      if (this.#ended !== undefined) return;
    }
    this.#keep(chunk.subarray(start));
  }

  /** Adds to the incomplete line. Its buffer doubles, so that each byte is copied only a few times. */
  #keep(part: Buffer): void {
    const bytes = this.#lineBytes + part.byteLength;
    if (bytes > this.#line.byteLength) {
      const room = Buffer.alloc(Math.max(bytes, 2 * this.#line.byteLength));
      this.#line.copy(room, 0, 0, this.#lineBytes);
      this.#line = room;
    }
    part.copy(this.#line, this.#lineBytes);
    this.#lineBytes = bytes;
  }

  #understand(line: Buffer): void {
    let message: unknown;
    try {
      message = parseJson(line);
    } catch {
      // Text on the wrong stream, which clients also ignore. It may say why the program ends.
      this.#noteWords(line);
      this.#noteWords(lineEnd);
      return;
    }
    if (!isJsonObject(message)) return;
    const { id, method, result, error } = message;
    if (typeof method === 'string') {
      if (typeof id === 'string' || typeof id === 'number') this.#answer(id, method);
      return;
    }
    const waiting = typeof id === 'number' ? this.#waiting.get(id) : undefined;
    if (error !== undefined)
      waiting?.reject(
        failed(`it answered with an error: ${JSON.stringify(error).slice(0, 200)}`, checkLaunch, { cause: error }),
      );
    else if (isJsonObject(result)) waiting?.resolve(result);
    else waiting?.reject(unusable('it answered with neither a result nor an error'));
  }

  /**
   * Answers as a client without roots, models or a user. Answers that the program does not read use our memory, so they are
   * counted.
   */
  #answer(id: string | number, method: string): void {
    if (++this.#asked > maxServerRequests)
      this.#end(unusable(`it asked more than ${maxServerRequests} things of the client`));
    else if (method === 'ping') this.#send({ id, result: {} });
    else if (method === 'roots/list') this.#send({ id, result: { roots: [] } });
    else this.#send({ id, error: { code: -32601, message: 'not offered' } });
  }

  /** Only the first reason is kept: all waiting and later requests fail with it. */
  #end(error: Failure): void {
    if (this.#ended !== undefined) return;
    this.#ended = error;
    clearTimeout(this.#deadline);
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#child.kill('SIGKILL');
  }
}

/** The remedy when the manifest is not known. */
const checkLaunch = 'check `launch` in the manifest, and that the server starts';
const useAnother = 'tell the maintainers of the server, and do not use this version';

const failed = (why: string, remedy = checkLaunch, options?: ErrorOptions): Failure =>
  new Failure('capture', `the server's tools could not be captured: ${why}`, remedy, options);

/** The server answers, but no client could use the answer. */
export const unusable = (why: string): Failure => failed(why, useAnother);

export const isUnusable = ({ remedy }: Failure): boolean => remedy === useAnother;

/** JSON-RPC 2.0, 5.1: the program does not have the requested method. */
export const isUnknownMethod = ({ cause }: Failure): boolean => isJsonObject(cause) && cause.code === -32601;
