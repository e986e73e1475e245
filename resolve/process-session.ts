/**
 * Talks to a program with JSON-RPC over its standard input and output, one message on each line. The program is not trusted:
 * nothing that it sends may end this process, fill its memory or make it wait without a limit.
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { messageOf, type Failure } from '../core/failure.ts';
import { parseJson, type JsonObject } from '../core/json.ts';
import { LineReader } from '../core/line-reader.ts';
import { maxKeptWords, reasonIn } from './last-words.ts';
import { failed, Requests, unusable, type Session, type SessionBounds } from './requests.ts';

/** A killed program ends immediately, unless the system itself hangs. */
const goneMs = 5_000;
/** The remedy when the manifest is not known. */
const checkLaunch = 'check `launch` in the manifest, and that the server starts';
const lineEnd = Buffer.from('\n');

export class ProcessSession implements Session {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #limits: Omit<SessionBounds, 'settleMs'>;
  readonly #deadline: NodeJS.Timeout;
  readonly #requests: Requests;
  readonly #closed = Promise.withResolvers<void>();
  #ended: Failure | undefined;
  #received = 0;
  readonly #lines: LineReader;
  #words = '';

  constructor([program = '', ...words]: readonly string[], limits: Omit<SessionBounds, 'settleMs'>) {
    this.#limits = limits;
    const tooMuch = (): void => this.#end(unusable(`it sent more than ${limits.maxBytes} bytes`));
    this.#lines = new LineReader(limits.maxBytes, { line: (line) => this.#understand(line), tooLong: tooMuch });
    this.#requests = new Requests({
      send: (message) => this.#send(message),
      fail: (error) => this.#end(error),
      reason: () => this.#reason(),
      answerMs: limits.answerMs,
      remedy: checkLaunch,
    });
    this.#child = spawn(program, words, { stdio: 'pipe', env: { PATH: process.env.PATH ?? '' } });
    const { stdin, stdout, stderr } = this.#child;
    this.#deadline = setTimeout(
      () => this.#end(failed(`it took more than ${limits.sessionMs / 1000} s altogether`, checkLaunch)),
      limits.sessionMs,
    );
    // An error of a stream shows as a missing answer, or as the end of the program.
    for (const stream of [stdin, stdout, stderr]) stream.on('error', () => undefined);
    stdout.on('data', (chunk: Buffer) => this.#admit(chunk) && this.#lines.push(chunk));
    stderr.on('data', (chunk: Buffer) => {
      if (this.#admit(chunk)) this.#noteWords(chunk);
    });
    this.#child.on('error', (error) => this.#end(failed(messageOf(error), checkLaunch)));
    // Not `exit`: by now everything that it wrote has been read.
    this.#child.on('close', (code) => {
      this.#end(failed(`it ended with ${code ?? 'a signal'}${this.#reason()}`, checkLaunch));
      this.#closed.resolve();
    });
  }

  request(method: string, params: JsonObject): Promise<JsonObject> {
    return this.#ended === undefined ? this.#requests.ask(method, params) : Promise.reject(this.#ended);
  }

  async notify(method: string): Promise<void> {
    this.#send({ jsonrpc: '2.0', method });
  }

  /** Ends the program, and waits until its streams are closed. In a sandbox, everything that it started ends with it. */
  async end(): Promise<void> {
    this.#end(failed('the session is over', checkLaunch));
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
    this.#child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  /** Whether a chunk must still be read. */
  #admit({ byteLength }: Buffer): boolean {
    if (this.#ended !== undefined) return false;
    this.#received += byteLength;
    const { maxBytes } = this.#limits;
    if (this.#received > maxBytes) this.#end(unusable(`it sent more than ${maxBytes} bytes`));
    return this.#received <= maxBytes;
  }

  #understand(line: Buffer): void {
    if (this.#ended !== undefined) return;
    let message: unknown;
    try {
      message = parseJson(line);
    } catch {
      // Text on the wrong stream, which clients also ignore. It may say why the program ends.
      this.#noteWords(line);
      this.#noteWords(lineEnd);
      return;
    }
    this.#requests.take(message);
  }

  /** Only the first reason is kept: all waiting and later requests fail with it. */
  #end(error: Failure): void {
    if (this.#ended !== undefined) return;
    this.#ended = error;
    clearTimeout(this.#deadline);
    this.#requests.rejectAll(error);
    this.#child.kill('SIGKILL');
  }
}
