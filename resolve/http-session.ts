/**
 * Talks to an endpoint over streamable HTTP (MCP 2025-11-25, transports) or over the older SSE (MCP 2024-11-05). The
 * endpoint is not trusted: nothing that it sends may fill the memory of this process, make it wait without a limit, or
 * lead it to another host.
 */
import { addressOn, hostOf } from '../core/address.ts';
import { exchange, readBody, type Response } from '../core/download.ts';
import { isSessionId, mediaTypeOf, redirectOf } from '../core/endpoint-answer.ts';
import { eventsIn } from '../core/event-stream.ts';
import { Failure, messageOf } from '../core/failure.ts';
import { isJsonObject, parseJson, type JsonObject } from '../core/json.ts';
import { maxRedirects } from '../core/limits.ts';
import type { NpmOptions } from '../core/npm-config.ts';
import type { Remote } from '../schemas/types.ts';
import { failed, Requests, unusable, type Session, type SessionBounds } from './requests.ts';

/** Where an endpoint is, and how it is asked. */
export interface Endpoint {
  readonly url: string;
  readonly transport: Remote['transport'];
  readonly headers: Readonly<Record<string, string>>;
  /** Proxies and certificates, as npm is configured with them. */
  readonly options: NpmOptions;
  /** Whether it must be on the public internet. */
  readonly publicOnly: boolean;
  /** What to do where it wants a credential. */
  readonly withoutCredentials: string;
}

/** How long the endpoint may take to forget the session. */
const goneMs = 5_000;

export class HttpSession implements Session {
  readonly #endpoint: Endpoint;
  readonly #limits: Omit<SessionBounds, 'settleMs'>;
  readonly #requests: Requests;
  readonly #abort = new AbortController();
  readonly #deadline: NodeJS.Timeout;
  /** Where messages are posted. Over SSE the endpoint says it first. */
  readonly #inbox: Promise<string>;
  #ended: Failure | undefined;
  #received = 0;
  #sessionId: string | undefined;
  #protocolVersion: string | undefined;

  constructor(endpoint: Endpoint, limits: Omit<SessionBounds, 'settleMs'>) {
    this.#endpoint = endpoint;
    this.#limits = limits;
    this.#requests = new Requests({
      send: (message) => void this.#post(message),
      fail: (error) => this.#end(error),
      reason: () => '',
      answerMs: limits.answerMs,
      remedy: checkRemote,
    });
    this.#deadline = setTimeout(
      () => this.#end(failed(`it took more than ${limits.sessionMs / 1000} s altogether`, checkRemote)),
      limits.sessionMs,
    );
    this.#inbox = endpoint.transport === 'sse' ? this.#listen() : Promise.resolve(endpoint.url);
  }

  async request(method: string, params: JsonObject): Promise<JsonObject> {
    if (this.#ended !== undefined) throw this.#ended;
    const result = await this.#requests.ask(method, params);
    if (method !== 'initialize') return result;
    const { protocolVersion: version } = result;
    if (typeof version !== 'string' || !/^\d{4}-\d{2}-\d{2}$/u.test(version))
      throw unusable('it names no version of the protocol');
    this.#protocolVersion = version;
    return result;
  }

  async notify(method: string): Promise<void> {
    await this.#post({ jsonrpc: '2.0', method });
    if (this.#ended !== undefined) throw this.#ended;
  }

  async end(): Promise<void> {
    const id = this.#sessionId;
    const wasOpen = this.#ended === undefined;
    this.#end(failed('the session is over', checkRemote));
    if (id === undefined || !wasOpen) return;
    const { url, options, publicOnly } = this.#endpoint;
    // An endpoint need not be told, and may refuse to be.
    await exchange(
      url,
      options,
      { method: 'DELETE', headers: this.#headers(), publicOnly, compress: false, signal: AbortSignal.timeout(goneMs) },
      async () => undefined,
    ).catch(() => undefined);
  }

  #headers(): Record<string, string> {
    return {
      ...this.#endpoint.headers,
      accept: 'application/json, text/event-stream',
      ...(this.#sessionId !== undefined && { 'mcp-session-id': this.#sessionId }),
      ...(this.#protocolVersion !== undefined && { 'mcp-protocol-version': this.#protocolVersion }),
    };
  }

  /** Sends one message, and takes what is answered. What goes wrong ends the session. */
  async #post(message: JsonObject): Promise<void> {
    const { options, publicOnly } = this.#endpoint;
    try {
      let address: string | undefined = await this.#inbox;
      for (let hops = 0; address !== undefined && this.#ended === undefined; hops++) {
        const here: string = address;
        const ask = {
          ...{ method: 'POST', body: JSON.stringify(message), publicOnly, compress: false },
          headers: { ...this.#headers(), ...metadataOf(message), 'content-type': 'application/json' },
          signal: this.#abort.signal,
        };
        address = await exchange(here, options, ask, async (response) => {
          const elsewhere = redirectOf(here, response, hops);
          if (elsewhere === undefined) await this.#take(response, message);
          return elsewhere;
        });
      }
    } catch (error) {
      this.#end(this.#asFailure(error));
    }
  }

  async #take(response: Response, { id, method }: JsonObject): Promise<void> {
    const { status, headers } = response;
    const expectsAnswer = id !== undefined && method !== undefined;
    if (!expectsAnswer && [200, 202, 204].includes(status)) return;
    const type = mediaTypeOf(headers);
    // Errors may come with a status of their own (MCP 2026-07-28, Streamable HTTP).
    if ([400, 404].includes(status) && type === 'application/json' && this.#endpoint.transport !== 'sse')
      this.#takeError(id, await this.#whole(response));
    if (expectsAnswer && !this.#requests.waitsFor(id)) return;
    this.#checkStatus(response);
    if (this.#endpoint.transport === 'sse') return;
    const session = headers.get('mcp-session-id');
    if (session !== null && this.#sessionId === undefined) this.#sessionId = sessionIn(session);
    if (type === 'application/json') this.#requests.take(jsonIn(await this.#whole(response)));
    else if (type === 'text/event-stream')
      for await (const event of eventsIn(this.#admitted(response))) {
        if (event.type === 'message') this.#requests.take(jsonIn(Buffer.from(event.text)));
        // The stream may stay open for what comes later; nothing here needs it.
        if (!this.#requests.waitsFor(id)) break;
      }
    else throw unusable(`it answered with the content type ${JSON.stringify(type)}`);
    if (this.#requests.waitsFor(id)) throw unusable('its answer ended without the result');
  }

  /** Of anything else than an error of JSON-RPC, the status is the answer. */
  #takeError(id: unknown, bytes: Buffer): void {
    let answer: unknown;
    try {
      answer = parseJson(bytes);
    } catch {
      return;
    }
    if (!isJsonObject(answer) || answer['jsonrpc'] !== '2.0' || !isJsonObject(answer['error'])) return;
    // It may not know which request it is about.
    if ([id, undefined, null].includes(answer['id'])) this.#requests.take({ id, error: answer['error'] });
  }

  /** Over SSE, everything is answered on one stream. Its first event says where messages are posted. */
  #listen(): Promise<string> {
    const { url, options, publicOnly } = this.#endpoint;
    const inbox = Promise.withResolvers<string>();
    const ask = { headers: this.#headers(), publicOnly, compress: false, signal: this.#abort.signal };
    const listening = exchange(url, options, ask, async (response) => {
      redirectOf(url, response, maxRedirects);
      this.#checkStatus(response);
      for await (const event of eventsIn(this.#admitted(response)))
        if (event.type === 'endpoint') inbox.resolve(inboxAt(url, event.text));
        else if (event.type === 'message') this.#requests.take(jsonIn(Buffer.from(event.text)));
      throw unusable('its stream ended');
    });
    listening.catch((error: unknown) => {
      const failure = this.#asFailure(error);
      inbox.reject(failure);
      this.#end(failure);
    });
    // Nobody waits for it where the session ends before anything is sent.
    inbox.promise.catch(() => undefined);
    return inbox.promise;
  }

  #checkStatus({ status, headers }: Response): void {
    if (status === 401 && /\bresource_metadata=/iu.test(headers.get('www-authenticate') ?? ''))
      throw failed(
        'it answered 401: it wants people to sign in (OAuth)',
        `write their authorization server under remote.authorization; ${this.#endpoint.withoutCredentials}`,
      );
    if (status === 401 || status === 403)
      throw failed(`it answered ${status}: it wants credentials`, this.#endpoint.withoutCredentials);
    if ([200, 202].includes(status)) return;
    const isOther = [400, 404, 405, 406].includes(status);
    throw failed(
      `it answered ${status}`,
      isOther
        ? `${checkRemote}; it may speak ${this.#endpoint.transport === 'sse' ? 'streamable-http' : 'sse'}`
        : checkRemote,
    );
  }

  #whole(response: Response): Promise<Buffer> {
    return readBody(this.#admitted(response), this.#limits.maxBytes, this.#endpoint.url);
  }

  /** The chunks of an answer, counted together with all others of the session. */
  async *#admitted({ body }: Response): AsyncGenerator<Uint8Array> {
    const { maxBytes } = this.#limits;
    for await (const chunk of body) {
      this.#received += chunk.byteLength;
      if (this.#received > maxBytes) throw unusable(`it sent more than ${maxBytes} bytes`);
      yield chunk;
    }
  }

  #asFailure(error: unknown): Failure {
    if (!(error instanceof Failure)) return failed(messageOf(error), checkRemote, { cause: error });
    if (error.code === 'capture') return error;
    const remedy =
      error.code === 'private-address'
        ? 'endpoints on a private network are asked only with --private-network'
        : error.remedy;
    return failed(error.message, remedy, { cause: error });
  }

  /** Only the first reason is kept: all waiting and later requests fail with it. */
  #end(error: Failure): void {
    if (this.#ended !== undefined) return;
    this.#ended = error;
    clearTimeout(this.#deadline);
    this.#requests.rejectAll(error);
    this.#abort.abort();
  }
}

const checkRemote = 'check `remote` in the manifest, and that the endpoint answers';

/** What a message of MCP 2026-07-28 repeats in headers: of the requests that are made here, nothing else. */
function metadataOf({ method, params }: JsonObject): Record<string, string> {
  const meta = isJsonObject(params) ? params['_meta'] : undefined;
  const version = isJsonObject(meta) ? meta['io.modelcontextprotocol/protocolVersion'] : undefined;
  return typeof version === 'string' ? { 'mcp-protocol-version': version, 'mcp-method': String(method) } : {};
}

/** The address that an SSE endpoint names. @throws Failure `capture` where it is on another host */
function inboxAt(url: string, named: string): string {
  const target = URL.parse(named, url)?.href;
  const inbox = addressOn(url, target);
  if (inbox === undefined) throw unusable(`it wants its messages at another host, ${hostOf(target)}`);
  return inbox;
}

function sessionIn(text: string): string {
  if (!isSessionId(text)) throw unusable('its name of the session is not one');
  return text;
}

function jsonIn(bytes: Uint8Array): unknown {
  try {
    return parseJson(bytes);
  } catch {
    throw unusable('it answered with something else than JSON');
  }
}
