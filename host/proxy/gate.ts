/**
 * Decides about each message between a client and a server: it passes, passes with less in it, or is answered here. A server gets
 * no message that the protocol does not have, and a client sees nothing of the server's own that was not approved.
 */
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { maxOpenRequests } from '../../core/limits.ts';
import { argumentsDigest } from '../audit/event.ts';
import { fromServerResult, type Identity } from './answers.ts';
import type { Approved } from './approved.ts';
import { grantedCapabilities, metaKeys, withGrantedCapabilities } from './capabilities.ts';
import type { CallEvent, ProxyEvent } from './events.ts';
import {
  codes,
  errorLine,
  keyOf,
  notificationLine,
  readMessage,
  requestLine,
  resultLine,
  type Id,
  type Message,
  type NoMessage,
} from './message.ts';
import {
  changeNotifications,
  clientNotifications,
  clientRequests,
  featureRequests,
  type ClientFeature,
} from './methods.ts';
import { NamedResources } from './named-resources.ts';
import { Rate, type RateLimit } from './rate.ts';
import { Reports } from './reports.ts';
import { isModern, knownVersion, newestWithInitialize, unsupported } from './versions.ts';

export interface GateContext {
  readonly approved: Approved;
  /** What the server may ask of its client. */
  readonly granted: ReadonlySet<ClientFeature>;
  readonly rate: RateLimit;
  /** Why the arguments of a call do not fit its approved schema; undefined if they do. */
  readonly argumentFault: (tool: string, args: JsonObject) => Promise<string | undefined>;
  /** As the manifest names the server: it does not choose by which name a client shows it. */
  readonly identity: Identity;
  /** What the user must know, said once with the first result of a tool. */
  readonly notice?: string;
  /** Throws where it cannot write the event: no tool is called until it can. */
  readonly report: (event: ProxyEvent) => void;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

/** A line without its end, and who gets it. */
export interface Passed {
  readonly to: 'client' | 'server';
  readonly line: Uint8Array;
}

type Request = Extract<Message, { readonly kind: 'request' }>;
type Notification = Extract<Message, { readonly kind: 'notification' }>;
type Answer = Extract<Message, { readonly kind: 'result' | 'error' }>;

/** A request of the client's that waits for its answer. */
interface Open {
  readonly id: Id;
  readonly method: string;
  readonly progress: Id | undefined;
  readonly call: Omit<CallEvent, 'outcome' | 'tookMs' | 'answerBytes'> | undefined;
  readonly at: number;
}

export class Gate {
  readonly #context: GateContext;
  readonly #reports: Reports;
  readonly #rate: Rate;
  readonly #open = new Map<string, Open>();
  /** What the server asked of the client, by id. */
  readonly #asked = new Set<string>();
  readonly #resources: NamedResources;
  #notice: string | undefined;
  #client = '';

  constructor(context: GateContext) {
    this.#context = context;
    this.#reports = new Reports(context.report);
    this.#rate = new Rate(context.rate, context.now());
    this.#resources = new NamedResources(context.approved);
    this.#notice = context.notice;
  }

  /** How many messages were kept back. */
  get denials(): number {
    return this.#reports.denials;
  }

  /** Whether a request waits for its answer. */
  get isAwaited(): boolean {
    return this.#open.size > 0;
  }

  /** What a line of the client leads to. */
  async fromClient(line: Uint8Array): Promise<Passed[]> {
    const message = readMessage(line);
    switch (message.kind) {
      case 'none':
        this.#deny('client', 'a message', message.why);
        return [toClient(errorLine(message.id ?? null, { code: message.code, message: message.why }))];
      case 'request':
        return this.#clientRequest(message, line);
      case 'notification':
        return this.#clientNotification(message, line);
      case 'result':
      case 'error': {
        if (message.id !== undefined && this.#asked.delete(keyOf(message.id))) return [toServer(line)];
        this.#deny('client', 'an answer', 'nothing was asked');
        return [];
      }
      default:
        return message satisfies never;
    }
  }

  /** What a line of the server leads to. */
  fromServer(line: Uint8Array): Passed[] {
    const message = readMessage(line);
    switch (message.kind) {
      case 'none':
        return this.#noMessage(message);
      case 'request':
        return this.#serverRequest(message, line);
      case 'notification':
        return this.#serverNotification(message, line);
      case 'result':
      case 'error':
        return this.#answer(message, line);
      default:
        return message satisfies never;
    }
  }

  /** A line of the client that is too long to be read. */
  requestTooLong(beginning: Uint8Array, maxBytes: number): Passed[] {
    const message = `a message of more than ${maxBytes} bytes`;
    this.#deny('client', message, 'it is too long');
    return [toClient(errorLine(idAtBeginning(beginning) ?? null, { code: codes.invalidRequest, message }))];
  }

  /** A line of the server that is too long to be read. Its beginning may say which request it answers. */
  answerTooLong(beginning: Uint8Array, maxBytes: number): Passed[] {
    const why = `an answer of more than ${maxBytes} bytes`;
    this.#deny('server', why, 'it is too long');
    const id = idAtBeginning(beginning);
    const open = id === undefined ? undefined : this.#open.get(keyOf(id));
    if (open === undefined) return [];
    this.#close(open, 'error', beginning.byteLength);
    const message = `${this.#name} gave ${why}, which is not passed on: ask for less`;
    return [toClient(errorLine(open.id, { code: codes.refused, message }))];
  }

  /** The session is over: every request that waits gets an error. */
  end(why: string): Passed[] {
    const waiting = [...this.#open.values()];
    for (const open of waiting) this.#close(open, 'unanswered', 0);
    return waiting.map(({ id }) => toClient(errorLine(id, { code: codes.refused, message: why })));
  }

  get #name(): string {
    return this.#context.identity.name;
  }

  async #clientRequest(request: Request, line: Uint8Array): Promise<Passed[]> {
    const { id, method, params } = request;
    const refuse = (code: number, message: string): Passed[] => {
      this.#deny('client', method, message);
      return [toClient(errorLine(id, { code, message }))];
    };
    if (!clientRequests.has(method)) return refuse(codes.methodNotFound, `MCP has no ${method.slice(0, 80)}`);
    if (this.#open.has(keyOf(id))) return refuse(codes.invalidRequest, 'a request with this id waits for its answer');
    if (this.#open.size >= maxOpenRequests)
      return refuse(
        codes.refused,
        `${maxOpenRequests} requests wait for their answers: send the next after one of them`,
      );
    const unknown = unsupported(request);
    if (unknown !== undefined) return [toClient(errorLine(id, unknown))];
    this.#noteClient(request);
    if (method === 'tools/call') return this.#call(request, line);
    const missing = this.#resources.refusal(method, params);
    if (missing !== undefined) return refuse(codes.invalidParams, missing);
    return this.#pass(request, line, undefined);
  }

  async #call(request: Request, line: Uint8Array): Promise<Passed[]> {
    const { id, params } = request;
    const { name, arguments: args = {} } = params;
    const tool = typeof name === 'string' ? name.slice(0, 256) : '';
    const call = {
      kind: 'call',
      tool,
      argumentsDigest: argumentsDigest(args),
      requestBytes: line.byteLength,
    } as const;
    const refuse = (reason: string, answer: Uint8Array): Passed[] => {
      this.#reports.tell({ ...call, outcome: 'refused', reason, tookMs: 0, answerBytes: answer.byteLength });
      return [toClient(answer)];
    };
    const invalid = (message: string): Uint8Array => errorLine(id, { code: codes.invalidParams, message });

    // What happens must be written down, so nothing happens while that is not possible.
    const blocked = this.#reports.whyBlocked();
    if (blocked !== undefined)
      return [toClient(errorLine(id, { code: codes.refused, message: `no tool is called: ${blocked}` }))];
    if (typeof name !== 'string' || !this.#context.approved.may('tools', name))
      return refuse('not approved', invalid(`${this.#name} has no approved tool ${JSON.stringify(tool.slice(0, 80))}`));
    if (!isJsonObject(args)) return refuse('no object', invalid(`the arguments of ${tool} are not an object`));
    const retryAfterMs = this.#rate.take(this.#context.now());
    if (retryAfterMs > 0) {
      const message = `${this.#name} was called too often: try again in ${Math.ceil(retryAfterMs / 1000)} s`;
      return refuse('too often', errorLine(id, { code: codes.refused, message, data: { retryAfterMs } }));
    }
    const fault = await this.#context.argumentFault(name, args);
    if (fault !== undefined) {
      // A model reads this, and calls again with other arguments (MCP 2025-11-25, Tools, Error Handling).
      const text = `The arguments do not fit the approved schema of ${tool}: ${fault}`;
      const result = { content: [{ type: 'text', text }], isError: true };
      return refuse('arguments', resultLine(id, isModern(params) ? { resultType: 'complete', ...result } : result));
    }
    return this.#pass(request, line, call);
  }

  #pass({ id, method, params }: Request, line: Uint8Array, call: Open['call']): Passed[] {
    const meta = params['_meta'];
    const token = isJsonObject(meta) ? meta['progressToken'] : undefined;
    const progress = typeof token === 'string' || typeof token === 'number' ? token : undefined;
    this.#open.set(keyOf(id), { id, method, progress, call, at: this.#context.now() });
    const given = this.#forServer(method, params);
    return [toServer(given === params ? line : requestLine(id, method, given))];
  }

  #forServer(method: string, params: JsonObject): JsonObject {
    if (method !== 'initialize') return withGrantedCapabilities(params, this.#context.granted);
    return {
      ...params,
      protocolVersion: knownVersion(params['protocolVersion']) ?? newestWithInitialize,
      capabilities: grantedCapabilities(params['capabilities'], this.#context.granted),
    };
  }

  #clientNotification({ method, params }: Notification, line: Uint8Array): Passed[] {
    const rootsOnly = method === 'notifications/roots/list_changed';
    if (!clientNotifications.has(method) || (rootsOnly && !this.#context.granted.has('roots'))) {
      this.#deny('client', method, 'MCP has no such notification, or the server may not have it');
      return [];
    }
    if (method === 'notifications/cancelled') {
      const open = isId(params['requestId']) ? this.#open.get(keyOf(params['requestId'])) : undefined;
      if (open === undefined) return [];
      this.#close(open, 'cancelled', 0);
    }
    return [toServer(line)];
  }

  #serverRequest({ id, method }: Request, line: Uint8Array): Passed[] {
    if (method === 'ping') return [toServer(resultLine(id, {}))];
    const feature = featureRequests.get(method);
    if (feature === undefined || !this.#context.granted.has(feature)) {
      const message = `${this.#name} is not approved to ask for ${feature ?? method.slice(0, 80)}`;
      this.#deny('server', method, message);
      return [toServer(errorLine(id, { code: codes.methodNotFound, message }))];
    }
    if (this.#asked.size >= maxOpenRequests || this.#asked.has(keyOf(id))) {
      this.#deny('server', method, 'it waits for too many answers, or twice for one');
      return [toServer(errorLine(id, { code: codes.invalidRequest, message: 'too many requests wait' }))];
    }
    this.#asked.add(keyOf(id));
    return [toClient(line)];
  }

  #serverNotification({ method, params }: Notification, line: Uint8Array): Passed[] {
    const meta = params['_meta'];
    const subscription = isJsonObject(meta) ? meta[metaKeys.subscription] : undefined;
    const own = isId(subscription) ? { _meta: { [metaKeys.subscription]: subscription } } : {};
    if (changeNotifications.has(method)) return [toClient(notificationLine(method, own))];
    switch (method) {
      case 'notifications/message':
      case 'notifications/subscriptions/acknowledged':
      case 'notifications/tasks/status':
        return [toClient(line)];
      case 'notifications/progress':
        if (
          [...this.#open.values()].some(
            ({ progress }) => progress !== undefined && progress === params['progressToken'],
          )
        )
          return [toClient(line)];
        break;
      case 'notifications/resources/updated':
        if (typeof params['uri'] === 'string' && this.#resources.mayRead(params['uri']))
          return [toClient(notificationLine(method, { uri: params['uri'], ...own }))];
        break;
      case 'notifications/cancelled': {
        const key = isId(params['requestId']) ? keyOf(params['requestId']) : '';
        if (this.#asked.delete(key)) return [toClient(line)];
        const open = this.#open.get(key);
        if (open?.method === 'subscriptions/listen') {
          this.#open.delete(key);
          return [toClient(line)];
        }
        break;
      }
      case 'notifications/elicitation/complete':
        if (this.#context.granted.has('elicitation')) return [toClient(line)];
        break;
    }
    this.#deny('server', method, 'MCP has no such notification, or nobody waits for it');
    return [];
  }

  #answer(answer: Answer, line: Uint8Array): Passed[] {
    const open = answer.id === undefined ? undefined : this.#open.get(keyOf(answer.id));
    if (open === undefined) {
      this.#deny('server', 'an answer', 'nobody waits for it');
      return [];
    }
    const asked = inputAskedBy(answer).find((feature) => !this.#context.granted.has(feature));
    if (asked !== undefined) {
      const message = `${this.#name} asks for ${asked}, which it is not approved to`;
      this.#deny('server', open.method, message);
      this.#close(open, 'error', line.byteLength);
      return [toClient(errorLine(open.id, { code: codes.refused, message }))];
    }
    const failed = answer.kind === 'error' || answer.result['isError'] === true;
    this.#close(open, failed ? 'error' : 'ok', line.byteLength);
    if (answer.kind === 'error') return [toClient(line)];
    return [toClient(this.#result(open, answer.result) ?? line)];
  }

  /** The result as the client gets it; undefined if it passes as it is. */
  #result({ id, method, call }: Open, result: JsonObject): Uint8Array | undefined {
    if (call !== undefined) {
      this.#resources.note(result['content']);
      const told = this.#withNotice(result);
      return told === undefined ? undefined : resultLine(id, told);
    }
    const { approved, identity } = this.#context;
    const given = fromServerResult(method, result, approved, identity);
    if (given === undefined) return undefined;
    for (const drift of given.drift) this.#reports.tellDrift(drift);
    return given.kind === 'result'
      ? resultLine(id, given.result)
      : errorLine(id, { code: codes.refused, message: `${this.#name} ${given.why}` });
  }

  #withNotice(result: JsonObject): JsonObject | undefined {
    const text = this.#notice;
    const content = result['content'];
    if (text === undefined || !Array.isArray(content)) return undefined;
    this.#notice = undefined;
    return {
      ...result,
      content: [...(content as unknown[]), { type: 'text', text, annotations: { audience: ['user'], priority: 1 } }],
    };
  }

  #noMessage({ why }: NoMessage): Passed[] {
    this.#deny('server', 'a line', why);
    return [];
  }

  #close({ id, call, at }: Open, outcome: CallEvent['outcome'], answerBytes: number): void {
    this.#open.delete(keyOf(id));
    if (call === undefined) return;
    const tookMs = Math.round((this.#context.now() - at) * 1000) / 1000;
    this.#reports.tell({ ...call, outcome, tookMs, answerBytes });
  }

  #deny(from: 'client' | 'server', what: string, reason: string): void {
    this.#reports.tellDenial({ kind: 'denial', from, what: what.slice(0, 100), reason: reason.slice(0, 200) });
  }

  /** Told once, and again if another client speaks. */
  #noteClient({ method, params }: Request): void {
    const meta = isJsonObject(params['_meta']) ? params['_meta'] : {};
    const info = method === 'initialize' ? params['clientInfo'] : meta[metaKeys.client];
    if (!isJsonObject(info)) return;
    const protocol = method === 'initialize' ? params['protocolVersion'] : meta[metaKeys.protocol];
    const [name, version, spoken] = [info['name'], info['version'], protocol].map((each) =>
      typeof each === 'string' ? each.slice(0, 100) : 'unknown',
    ) as [string, string, string];
    const key = JSON.stringify([name, version, spoken]);
    if (key === this.#client) return;
    this.#client = key;
    this.#reports.tell({ kind: 'client', name, version, protocol: spoken });
  }
}

/** The id of a message of which only the beginning is there, where it stands first. */
function idAtBeginning(beginning: Uint8Array): Id | undefined {
  const found = /^\s*\{\s*"jsonrpc"\s*:\s*"2\.0"\s*,\s*"id"\s*:\s*(?<id>-?\d{1,15}|"[^"\\]{0,256}")\s*,/u.exec(
    Buffer.from(beginning).toString('latin1'),
  );
  const id = found?.groups?.['id'];
  return id === undefined ? undefined : (JSON.parse(id) as Id);
}

/** What an answer asks of the client before there is a result: MCP 2026-07-28 (Multi Round-Trip Requests), and 2025-11-25 by an error. */
function inputAskedBy(answer: Answer): ClientFeature[] {
  if (answer.kind === 'error') return answer.error.code === urlElicitationRequired ? ['elicitation'] : [];
  const { inputRequests } = answer.result;
  if (!isJsonObject(inputRequests)) return [];
  return Object.values(inputRequests).map((request) => {
    const method = isJsonObject(request) ? request['method'] : undefined;
    // What nobody knows counts as what asks for the most.
    return featureRequests.get(typeof method === 'string' ? method : '') ?? 'sampling';
  });
}

const urlElicitationRequired = -32_042;

const isId = (value: unknown): value is Id => typeof value === 'string' || typeof value === 'number';
const toClient = (line: Uint8Array): Passed => ({ to: 'client', line });
const toServer = (line: Uint8Array): Passed => ({ to: 'server', line });
