/**
 * Decides about each message between a client and a server: it passes, passes with less in it, or is answered here. A server gets
 * no message that the protocol does not have, and a client sees nothing of the server's own that was not approved.
 */
import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { LineEnds } from '../../core/line-reader.ts';
import { maxOpenRequests } from '../../core/limits.ts';
import { fromServerResult, withIdentity, type Identity } from './answers.ts';
import { Calls, type Call, type CallRules } from './calls.ts';
import { grantedCapabilities, metaKeys, withGrantedCapabilities } from './capabilities.ts';
import { clientNamedIn } from './client-name.ts';
import type { ClientEvent, ProxyEvent } from './events.ts';
import { inputAskedBy } from './input-requests.ts';
import {
  codes,
  errorLine,
  idAtEnds,
  isId,
  keyOf,
  notificationLine,
  readMessage,
  requestLine,
  resultLine,
  type Answer,
  type NoMessage,
  type Notification,
  type Request,
} from './message.ts';
import {
  changeNotifications,
  clientNotifications,
  clientRequests,
  featureRequests,
  type ClientFeature,
} from './methods.ts';
import { NamedResources } from './named-resources.ts';
import { OpenRequests, type Open } from './open-requests.ts';
import { Reports } from './reports.ts';
import { knownVersion, newestWithInitialize, unsupported } from './versions.ts';

export interface GateContext extends CallRules {
  /** What the server may ask of its client. */
  readonly granted: ReadonlySet<ClientFeature>;
  /** As the manifest names the server: it does not choose by which name a client shows it. */
  readonly identity: Identity;
  /** What the user must know, said once with the first result of a tool. */
  readonly notice?: string;
  /** Throws where it cannot write the event: no tool is called until it can. */
  readonly report: (event: ProxyEvent) => void;
}

/** A line without its end, and who gets it. */
export interface Passed {
  readonly to: 'client' | 'server';
  readonly line: Uint8Array;
}

export class Gate {
  readonly #context: GateContext;
  readonly #reports: Reports;
  readonly #calls: Calls;
  readonly #open: OpenRequests;
  readonly #resources: NamedResources;
  /** What the server asked of the client, by id. */
  readonly #asked = new Set<string>();
  #notice: string | undefined;
  #client: ClientEvent | undefined;

  constructor(context: GateContext) {
    this.#context = context;
    this.#reports = new Reports(context.report);
    this.#calls = new Calls(context, this.#reports);
    this.#open = new OpenRequests(this.#reports, context.now);
    this.#resources = new NamedResources(context.approved);
    this.#notice = context.notice;
  }

  /** How many messages were kept back. */
  get denials(): number {
    return this.#reports.denials;
  }

  /** Whether a request waits for its answer. A subscription has none while the server runs. */
  get isAwaited(): boolean {
    return this.#open.awaitsAnswer;
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
  requestTooLong(ends: LineEnds, maxBytes: number): Passed[] {
    const message = `a message of more than ${maxBytes} bytes`;
    this.#deny('client', message, 'it is too long');
    return [toClient(errorLine(idAtEnds(ends) ?? null, { code: codes.invalidRequest, message }))];
  }

  /** A line of the server that is too long to be read. Its ends may say which request it answers. */
  answerTooLong(ends: LineEnds, maxBytes: number): Passed[] {
    const why = `an answer of more than ${maxBytes} bytes`;
    this.#deny('server', why, 'it is too long');
    const open = this.#open.find(idAtEnds(ends));
    if (open === undefined) return [];
    this.#open.close(open, 'error', maxBytes);
    const message = `${this.#name} gave ${why}, which is not passed on: ask for less`;
    return [toClient(errorLine(open.id, { code: codes.refused, message }))];
  }

  /** The session is over: every request that waits gets an error. */
  end(why: string): Passed[] {
    return this.#open.closeAll().map(({ id }) => toClient(errorLine(id, { code: codes.refused, message: why })));
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
    const waiting = this.#open.refusal(id);
    if (waiting !== undefined) return refuse(codes.invalidRequest, waiting);
    const unknown = unsupported(request);
    if (unknown !== undefined) return [toClient(errorLine(id, unknown))];
    this.#noteClient(request);
    if (method === 'tools/call') {
      const admitted = await this.#calls.admit(request, line.byteLength);
      return 'call' in admitted ? this.#pass(request, line, admitted.call) : [toClient(admitted.refusal)];
    }
    const missing = this.#resources.refusal(method, params);
    if (missing !== undefined) return refuse(codes.invalidParams, missing);
    return this.#pass(request, line);
  }

  #pass(request: Request, line: Uint8Array, call?: Call): Passed[] {
    const { id, method, params } = request;
    this.#open.add(request, call);
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
      const open = this.#open.find(params['requestId']);
      if (open === undefined) return [];
      this.#open.close(open, 'cancelled', 0);
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
        if (this.#open.awaitsProgress(params['progressToken'])) return [toClient(line)];
        break;
      case 'notifications/resources/updated':
        if (typeof params['uri'] === 'string' && this.#resources.mayRead(params['uri']))
          return [toClient(notificationLine(method, { uri: params['uri'], ...own }))];
        break;
      case 'notifications/cancelled': {
        const { requestId } = params;
        if (isId(requestId) && this.#asked.delete(keyOf(requestId))) return [toClient(line)];
        const open = this.#open.find(requestId);
        if (open?.method === 'subscriptions/listen') {
          this.#open.close(open, 'ok', 0);
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
    const open = this.#open.find(answer.id);
    if (open === undefined) {
      this.#deny('server', 'an answer', 'nobody waits for it');
      return [];
    }
    const asked = inputAskedBy(answer).find((feature) => !this.#context.granted.has(feature));
    if (asked !== undefined) {
      const message = `${this.#name} asks for ${asked}, which it is not approved to`;
      this.#deny('server', open.method, message);
      this.#open.close(open, 'error', line.byteLength);
      return [toClient(errorLine(open.id, { code: codes.refused, message }))];
    }
    const failed = answer.kind === 'error' || answer.result['isError'] === true;
    this.#open.close(open, failed ? 'error' : 'ok', line.byteLength);
    if (answer.kind === 'error') return [toClient(line)];
    return [toClient(this.#result(open, answer.result) ?? line)];
  }

  /** The result as the client gets it; undefined if it passes as it is. */
  #result({ id, method, call }: Open, result: JsonObject): Uint8Array | undefined {
    const { approved, identity } = this.#context;
    const given = fromServerResult(method, result, approved, identity);
    if (given === undefined) {
      const named = withIdentity(result, identity);
      const told = call === undefined ? named : this.#ofTool(named);
      return told === result ? undefined : resultLine(id, told);
    }
    for (const drift of given.drift) this.#reports.tellDrift(drift);
    return given.kind === 'result'
      ? resultLine(id, given.result)
      : errorLine(id, { code: codes.refused, message: `${this.#name} ${given.why}` });
  }

  /** The result of a tool, with the notice if that was not told yet. */
  #ofTool(result: JsonObject): JsonObject {
    const text = this.#notice;
    const content = result['content'];
    this.#resources.note(content);
    if (text === undefined || !Array.isArray(content)) return result;
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

  #deny(from: 'client' | 'server', what: string, reason: string): void {
    this.#reports.tellDenial({ kind: 'denial', from, what: what.slice(0, 100), reason: reason.slice(0, 200) });
  }

  /** Told once, and again if another client speaks. */
  #noteClient(request: Request): void {
    const named = clientNamedIn(request);
    if (named === undefined || isDeepStrictEqual(named, this.#client)) return;
    this.#client = named;
    this.#reports.tell(named);
  }
}

const toClient = (line: Uint8Array): Passed => ({ to: 'client', line });
const toServer = (line: Uint8Array): Passed => ({ to: 'server', line });
