/**
 * An endpoint that speaks the older transport (MCP 2024-11-05, HTTP with SSE) as one side of a session: it says everything on one
 * stream, which first names where messages are posted. The endpoint is not trusted: its messages are bounded, and it is asked at its
 * own origin only. A stream that ends cannot be taken up again, so the session ends with it.
 */
import { addressOn, hostOf } from '../../core/address.ts';
import { withDeadline } from '../../core/deadline.ts';
import type { Response } from '../../core/download.ts';
import { endpointTimes } from '../../core/limits.ts';
import type { Channel, Received } from '../proxy/channel.ts';
import { codes, errorLine, keyOf, readMessage, type Id } from '../proxy/message.ts';
import type { EndpointContext } from './channel.ts';
import { Arrivals } from './arrivals.ts';
import { checkCredentials, isStream, unusable, whyNoAnswer } from './answers.ts';
import { streamedMessages } from './messages.ts';
import { Wire } from './wire.ts';

export class SseChannel implements Channel {
  readonly #name: string;
  readonly #times: Readonly<Record<keyof typeof endpointTimes, number>>;
  readonly #wire: Wire;
  readonly #arrivals = new Arrivals();
  /** The requests that wait for their answers, with the method of each. */
  readonly #open = new Map<string, { readonly id: Id; readonly method: string }>();
  readonly #over = new AbortController();
  readonly #ended = Promise.withResolvers<number>();
  /** Where messages are posted. */
  readonly #inbox = Promise.withResolvers<string>();
  #isListening = false;
  #ending = false;

  constructor({ name, request, options, access, times = endpointTimes }: EndpointContext) {
    this.#name = name;
    this.#times = times;
    this.#wire = new Wire(request, options, access);
    // Nobody waits for it where the stream ends before anything is sent.
    this.#inbox.promise.catch(() => undefined);
  }

  /** 0 where the client or this program ended it, 1 where the endpoint did. */
  get ended(): Promise<number> {
    return this.#ended.promise;
  }

  received(): AsyncIterable<Received> {
    return this.#arrivals.all();
  }

  async send(line: Uint8Array): Promise<void> {
    if (this.#over.signal.aborted) return;
    if (!this.#isListening) void this.#listen();
    const message = readMessage(line);
    switch (message.kind) {
      case 'request': {
        const posted = this.#ask(message, line);
        // Whatever follows belongs to the session that this begins.
        if (message.method === 'initialize') await posted;
        return;
      }
      case 'notification':
        if (message.method === 'notifications/cancelled') this.#forget(message.params['requestId']);
        return this.#tell(line);
      case 'result':
      case 'error':
        return this.#tell(line);
      case 'none':
        return;
      default:
        return message satisfies never;
    }
  }

  end(): void {
    this.#ending = true;
    this.#endIfIdle();
  }

  stop(): void {
    this.#close(0);
  }

  kill(): void {
    this.#close(0);
  }

  #endIfIdle(): void {
    if (this.#ending && this.#open.size === 0) this.#close(0);
  }

  #close(code: number): void {
    this.#over.abort();
    this.#arrivals.close();
    this.#ended.resolve(code);
  }

  async #ask(request: { readonly id: Id; readonly method: string }, line: Uint8Array): Promise<void> {
    this.#open.set(keyOf(request.id), request);
    try {
      await this.#post(line, this.#times.idleMs);
    } catch (error) {
      await this.#refuse(request, error);
    }
  }

  /** Answers a request that waits, in place of the endpoint. */
  async #refuse({ id, method }: { readonly id: Id; readonly method: string }, error: unknown): Promise<void> {
    if (this.#over.signal.aborted || !this.#open.delete(keyOf(id))) return;
    await this.#arrivals.put(errorLine(id, { code: codes.refused, message: whyNoAnswer(this.#name, method, error) }));
    this.#endIfIdle();
  }

  /** What has no answer. If the endpoint did not get it, its next answers show that. */
  async #tell(line: Uint8Array): Promise<void> {
    await this.#post(line, this.#times.tellMs).catch(() => undefined);
  }

  /** A request whose client waits no more. */
  #forget(id: unknown): void {
    if (typeof id === 'string' || typeof id === 'number') this.#open.delete(keyOf(id));
  }

  async #post(line: Uint8Array, idleMs: number): Promise<void> {
    const url = await withDeadline(idleMs, () => this.#inbox.promise);
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
    await this.#wire.ask(
      { method: 'POST', url, headers, line, signal: this.#over.signal, idleMs },
      async ({ status }) => {
        checkCredentials(this.#name, status);
        if (status < 200 || status > 299) throw unusable(`it answered ${status}`);
      },
    );
  }

  /** Takes what the endpoint says, for as long as it does. */
  async #listen(): Promise<void> {
    this.#isListening = true;
    const { signal } = this.#over;
    const asking = { method: 'GET', headers: { accept: 'text/event-stream' }, signal, listens: true } as const;
    const why = await this.#wire
      .ask({ ...asking, idleMs: this.#times.idleMs }, (response) => this.#take(response))
      .then(
        () => unusable('its stream ended'),
        (error: unknown) => error,
      );
    this.#inbox.reject(why);
    for (const request of this.#open.values()) await this.#refuse(request, why);
    this.#close(1);
  }

  async #take(response: Response): Promise<void> {
    checkCredentials(this.#name, response.status);
    if (!isStream(response)) throw unusable(`it answered ${response.status} where its stream was asked for`);
    for await (const { inbox, line } of streamedMessages(response, this.#arrivals)) {
      // The first one counts.
      if (inbox !== undefined) this.#inbox.resolve(inboxAt(this.#wire.url, inbox));
      if (line === undefined) continue;
      const message = readMessage(line);
      const isAnswer = message.kind === 'result' || message.kind === 'error';
      if (isAnswer && message.id !== undefined) this.#open.delete(keyOf(message.id));
      await this.#arrivals.put(line);
      this.#endIfIdle();
    }
  }
}

/** @throws Failure `endpoint-answer` where it is at another origin */
function inboxAt(url: string, named: string): string {
  const target = URL.parse(named, url)?.href;
  const inbox = addressOn(url, target);
  if (inbox === undefined) throw unusable(`it wants its messages at another host, ${hostOf(target)}`);
  return inbox;
}
