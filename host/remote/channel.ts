/**
 * An endpoint as one side of a session. Each message of the client is a request of its own, and what is answered comes back as
 * lines. The endpoint is not trusted: its answers are bounded, and each counts for its own request only. A request is repeated
 * only where the endpoint said that it did nothing.
 */
import { mediaTypeOf } from '../../core/endpoint-answer.ts';
import type { EndpointRequest } from '../../artefacts/remote/request.ts';
import type { Response } from '../../core/download.ts';
import type { JsonObject } from '../../core/json.ts';
import { endpointTimes, maxResumes } from '../../core/limits.ts';
import type { NpmOptions } from '../../core/npm-config.ts';
import type { Channel, Received } from '../proxy/channel.ts';
import { codes, errorLine, keyOf, notificationLine, readMessage, type Message } from '../proxy/message.ts';
import { isModern } from '../proxy/versions.ts';
import type { Access } from '../oauth/access.ts';
import { checkCredentials, isStream, unusable, whyNoAnswer } from './answers.ts';
import { Arrivals } from './arrivals.ts';
import { messageHeaders } from './message-headers.ts';
import { streamedMessages, wholeMessage } from './messages.ts';
import { sessionFrom, sessionHeaders, type Session } from './session.ts';
import { isRefused, Pauses, Wire, type Asking } from './wire.ts';

export interface EndpointContext {
  readonly name: string;
  readonly request: EndpointRequest;
  /** Proxies and certificates, as npm is configured with them. */
  readonly options: NpmOptions;
  /** The approved schemas of a tool's arguments. */
  readonly inputSchemas: (tool: string) => readonly JsonObject[];
  /** Absent where nobody signs in. */
  readonly access?: Access;
  readonly times?: Readonly<Record<keyof typeof endpointTimes, number>>;
}

type Request = Extract<Message, { readonly kind: 'request' }>;

/** A request that waits for its answer. */
interface Open {
  readonly method: string;
  readonly abort: AbortController;
  /** Whether its client waits no more. */
  isCancelled: boolean;
}

const listening = 'subscriptions/listen';

export class EndpointChannel implements Channel {
  readonly #context: EndpointContext;
  readonly #times: Readonly<Record<keyof typeof endpointTimes, number>>;
  readonly #wire: Wire;
  readonly #arrivals = new Arrivals();
  readonly #open = new Map<string, Open>();
  /** Aborted when nothing more is asked. */
  readonly #over = new AbortController();
  readonly #killed = new AbortController();
  readonly #ended = Promise.withResolvers<number>();
  #session: Session | undefined;
  #renewing: Promise<void> | undefined;
  #ending = false;

  constructor(context: EndpointContext) {
    this.#context = context;
    this.#times = context.times ?? endpointTimes;
    this.#wire = new Wire(context.request, context.options, context.access);
  }

  /** An endpoint never ends by itself, and has no exit code: 0. */
  get ended(): Promise<number> {
    return this.#ended.promise;
  }

  received(): AsyncIterable<Received> {
    return this.#arrivals.all();
  }

  async send(line: Uint8Array): Promise<void> {
    if (this.#over.signal.aborted) return;
    const message = readMessage(line);
    switch (message.kind) {
      case 'request': {
        const answered = this.#ask(message, line);
        // Whatever follows belongs to the session that this begins.
        if (message.method === 'initialize') await answered;
        return;
      }
      case 'notification':
        if (message.method === 'notifications/cancelled') this.#cancel(message.params['requestId']);
        await this.#tell(line);
        if (message.method === 'notifications/initialized') void this.#listen();
        return;
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
    for (const open of this.#open.values()) if (open.method === listening) open.abort.abort();
    this.#endIfIdle();
  }

  stop(): void {
    void this.#close();
  }

  kill(): void {
    this.#killed.abort();
    void this.#close();
  }

  #endIfIdle(): void {
    if (this.#ending && this.#open.size === 0) void this.#close();
  }

  async #close(): Promise<void> {
    if (this.#over.signal.aborted) return;
    this.#over.abort();
    const session = this.#session;
    if (session?.id !== undefined) {
      const signal = AbortSignal.any([this.#killed.signal, AbortSignal.timeout(this.#times.goneMs)]);
      const headers = sessionHeaders(session);
      // An endpoint need not be told, and may refuse to be.
      await this.#wire
        .ask({ method: 'DELETE', headers, signal, idleMs: this.#times.goneMs }, async () => undefined)
        .catch(() => undefined);
    }
    this.#arrivals.close();
    this.#ended.resolve(0);
  }

  async #ask(request: Request, line: Uint8Array): Promise<void> {
    const { id, method } = request;
    const open: Open = { method, abort: new AbortController(), isCancelled: false };
    this.#open.set(keyOf(id), open);
    try {
      await this.#carry(request, line, AbortSignal.any([open.abort.signal, this.#over.signal]));
    } catch (error) {
      if (!open.isCancelled && !this.#over.signal.aborted)
        await this.#arrivals.put(errorLine(id, { code: codes.refused, message: this.#why(request, open, error) }));
    } finally {
      // Its id may stand for another one by now.
      if (this.#open.get(keyOf(id)) === open) this.#open.delete(keyOf(id));
      this.#endIfIdle();
    }
  }

  #why({ method }: Request, { abort }: Open, error: unknown): string {
    const { name } = this.#context;
    return abort.signal.aborted ? `${name} is not listened to any more` : whyNoAnswer(name, method, error);
  }

  /** Sends a request, and passes on what is answered. One that a forgotten session refused is sent once more, in a new one. */
  async #carry(request: Request, line: Uint8Array, signal: AbortSignal, isRepeated = false): Promise<void> {
    const { method, params } = request;
    const modern = isModern(params);
    const session = modern || method === 'initialize' ? undefined : this.#session;
    const headers = modern ? messageHeaders(method, params, this.#schemasOf(request)) : sessionHeaders(session);
    const asking = this.#posting(line, headers, signal);
    const outcome = await this.#wire.ask({ ...asking, listens: method === listening }, async (response) => {
      if (session?.id !== undefined && response.status === 404) return 'forgotten';
      return this.#take(request, line, response, session, signal);
    });
    if (outcome !== 'forgotten' || session === undefined) return;
    if (isRepeated) throw unusable('it forgets each session at once');
    await this.#renew(session);
    await this.#carry(request, line, signal, true);
  }

  #posting(line: Uint8Array, headers: Readonly<Record<string, string>>, signal: AbortSignal): Asking {
    return {
      ...{ method: 'POST', line, signal, idleMs: this.#times.idleMs },
      headers: { ...headers, accept: 'application/json, text/event-stream', 'content-type': 'application/json' },
    };
  }

  #schemasOf({ method, params }: Request): readonly JsonObject[] {
    return method === 'tools/call' ? this.#context.inputSchemas(String(params['name'])) : [];
  }

  async #take(
    request: Request,
    line: Uint8Array,
    response: Response,
    session: Session | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const { status, headers } = response;
    checkCredentials(this.#context.name, status);
    const type = mediaTypeOf(headers);
    if (type === 'application/json' && status < 500)
      return wholeMessage(response, this.#arrivals, async (answer) => this.#whole(request, line, answer, response));
    if (status !== 200) throw unusable(`it answered ${status}`);
    if (type !== 'text/event-stream') throw unusable(`it answered with the content type ${JSON.stringify(type)}`);
    const place = await this.#stream(request, line, response);
    if (place === 'answered') return;
    if (session === undefined) throw unfinished;
    await this.#resume(request, line, session, place, signal);
  }

  /** An answer that is one message. Errors may come with another status than 200, and without the id that they are about. */
  async #whole(request: Request, line: Uint8Array, answer: Uint8Array, { status, headers }: Response): Promise<void> {
    const message = readMessage(answer);
    if (message.kind === 'error' && (message.id === undefined || keyOf(message.id) === keyOf(request.id)))
      return this.#arrivals.put(errorLine(request.id, message.error));
    if (status !== 200) throw unusable(`it answered ${status}`);
    if (message.kind !== 'result' || keyOf(message.id) !== keyOf(request.id))
      throw unusable('its answer is not one to this request');
    if (request.method === 'initialize') this.#session = sessionFrom(line, message.result, headers);
    await this.#arrivals.put(answer);
  }

  /** Passes on what a stream holds, until the answer came. Otherwise returns where the stream ended. */
  async #stream(request: Request, line: Uint8Array, response: Response): Promise<'answered' | Place> {
    let place: Place = { events: 0 };
    for await (const { line: streamed, ...at } of streamedMessages(response, this.#arrivals)) {
      place = { events: place.events + 1, ...at };
      if (streamed === undefined) continue;
      const message = readMessage(streamed);
      const isAnswer = message.kind === 'result' || message.kind === 'error';
      if (isAnswer && message.id !== undefined && keyOf(message.id) === keyOf(request.id)) {
        if (message.kind === 'result' && request.method === 'initialize')
          this.#session = sessionFrom(line, message.result, response.headers);
        await this.#arrivals.put(streamed);
        return 'answered';
      }
      // Another request has an answer of its own. What nobody asked for is kept back, and counted, by the gate.
      if (isAnswer && message.id !== undefined && this.#open.has(keyOf(message.id))) continue;
      // Since 2026-07-28 an endpoint asks nothing of its client.
      if (message.kind === 'request' && isModern(request.params)) continue;
      await this.#arrivals.put(streamed);
    }
    return place;
  }

  /** Asks for the rest of a stream, where the version has that and the stream said how to name its place. */
  async #resume(request: Request, line: Uint8Array, session: Session, from: Place, signal: AbortSignal): Promise<void> {
    const pauses = new Pauses(this.#times.pauseMs, this.#times.maxPauseMs);
    let place = from;
    let tries = 0;
    while (place.id !== undefined && tries < maxResumes) {
      await pauses.pause(signal, place.retryMs);
      const found = await this.#wire.ask(this.#listeningFor(session, place.id, signal), async (response) => {
        if (!isStream(response))
          throw unusable(`it answered ${response.status} where the rest of an answer was asked for`);
        return this.#stream(request, line, response);
      });
      if (found === 'answered') return;
      tries = found.events > 0 ? 0 : tries + 1;
      place = { ...place, ...found };
    }
    throw unfinished;
  }

  #listeningFor(session: Session, id: string | undefined, signal: AbortSignal): Asking {
    const place = id === undefined || !/^[!-~](?:[ -~]*[!-~])?$/u.test(id) ? {} : { 'last-event-id': id };
    return {
      ...{ method: 'GET', signal, idleMs: this.#times.idleMs, listens: true },
      headers: { ...sessionHeaders(session), ...place, accept: 'text/event-stream' },
    };
  }

  /** What has no answer: notifications, and answers of the client. Since 2026-07-28 there are none over HTTP. */
  async #tell(line: Uint8Array): Promise<void> {
    const session = this.#session;
    if (session === undefined) return;
    const asking = this.#posting(line, sessionHeaders(session), this.#over.signal);
    // Nobody waits for an answer. If the endpoint did not get it, its next answers show that.
    await this.#wire.ask({ ...asking, idleMs: this.#times.tellMs }, async () => undefined).catch(() => undefined);
  }

  #cancel(id: unknown): void {
    if (typeof id !== 'string' && typeof id !== 'number') return;
    const open = this.#open.get(keyOf(id));
    if (open === undefined) return;
    open.isCancelled = true;
    open.abort.abort();
  }

  /** What the endpoint says without being asked, where it offers that. */
  async #listen(): Promise<void> {
    const session = this.#session;
    if (session === undefined) return;
    const { signal } = this.#over;
    const pauses = new Pauses(this.#times.pauseMs, this.#times.maxPauseMs);
    let place: Place = { events: 0 };
    while (this.#session === session && !signal.aborted) {
      const goesOn = await this.#wire
        .ask(this.#listeningFor(session, place.id, signal), async (response) => {
          if (!isStream(response)) return response.status === 429 || response.status >= 500;
          for await (const { line, ...at } of streamedMessages(response, this.#arrivals)) {
            place = { events: place.events + 1, ...at };
            pauses.reset();
            // Answers have streams of their own.
            if (line !== undefined && !['result', 'error'].includes(readMessage(line).kind))
              await this.#arrivals.put(line);
          }
          return true;
        })
        .catch((error: unknown) => !isRefused(error));
      if (!goesOn) return;
      await pauses.pause(signal, place.retryMs).catch(() => undefined);
    }
  }

  /** Begins a session again that the endpoint forgot, as the client began it. All who wait share one attempt. */
  async #renew(forgotten: Session): Promise<void> {
    if (this.#session === forgotten)
      this.#renewing ??= this.#begin(forgotten).finally(() => (this.#renewing = undefined));
    await this.#renewing;
  }

  async #begin({ initialize, version }: Session): Promise<void> {
    const session = await this.#wire.ask(this.#posting(initialize, {}, this.#over.signal), async (response) => {
      for await (const line of linesOf(response, this.#arrivals)) {
        const message = readMessage(line);
        if (message.kind === 'result') return sessionFrom(initialize, message.result, response.headers);
      }
      return undefined;
    });
    if (session?.version !== version)
      throw unusable('it forgot the session, and does not begin it again as it was: start it again');
    this.#session = session;
    await this.#tell(notificationLine('notifications/initialized'));
    void this.#listen();
  }
}

const unfinished = unusable('its answer ended without the result');

/** How far a stream got. */
interface Place {
  readonly events: number;
  readonly id?: string;
  readonly retryMs?: number;
}

async function* linesOf(response: Response, arrivals: Arrivals): AsyncGenerator<Uint8Array> {
  if (isStream(response)) {
    for await (const { line } of streamedMessages(response, arrivals)) if (line !== undefined) yield line;
  } else if (response.status === 200) yield await wholeMessage(response, arrivals, async (line) => line);
}
