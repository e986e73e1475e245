/**
 * JSON-RPC 2.0 as MCP uses it (https://www.jsonrpc.org/specification): one message in each line. What a reader could understand in
 * two ways is no message: a key that is there twice, a number that a double cannot hold, bytes that are not UTF-8, a batch.
 */
import { isJsonObject, JsonError, parseJson, type JsonObject } from '../../core/json.ts';
import type { LineEnds } from '../../core/line-reader.ts';
import { maxMessageIdLength, maxMethodLength } from '../../core/limits.ts';

export type Id = string | number;

export type Message =
  | { readonly kind: 'request'; readonly id: Id; readonly method: string; readonly params: JsonObject }
  | { readonly kind: 'notification'; readonly method: string; readonly params: JsonObject }
  | { readonly kind: 'result'; readonly id: Id; readonly result: JsonObject }
  /** `id` is absent where the other side could not read which request it answers. */
  | { readonly kind: 'error'; readonly id?: Id; readonly error: JsonRpcError };

export type Request = Extract<Message, { readonly kind: 'request' }>;
export type Notification = Extract<Message, { readonly kind: 'notification' }>;
export type Answer = Extract<Message, { readonly kind: 'result' | 'error' }>;

export interface JsonRpcError {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

/** The codes of JSON-RPC 2.0, 5.1, and one of our own from the part that MCP leaves to implementations. */
export const codes = {
  parseError: -32_700,
  invalidRequest: -32_600,
  methodNotFound: -32_601,
  invalidParams: -32_602,
  internalError: -32_603,
  refused: -32_000,
} as const;

/** A line that is no message. `id` is the request's, where it can be told. */
export interface NoMessage {
  readonly kind: 'none';
  readonly code: number;
  readonly why: string;
  readonly id?: Id;
}

export function readMessage(line: Uint8Array): Message | NoMessage {
  let value: unknown;
  try {
    value = parseJson(line);
  } catch (error) {
    if (error instanceof JsonError) return none(codes.parseError, error.message);
    throw error;
  }
  if (Array.isArray(value)) return none(codes.invalidRequest, 'a batch, which MCP had in 2025-03-26 only');
  if (!isJsonObject(value)) return none(codes.invalidRequest, 'not an object');
  const { jsonrpc, id, method, params = {}, result, error } = value;
  const own = isId(id) ? id : undefined;
  const wrong = (why: string): NoMessage => none(codes.invalidRequest, why, own);
  if (jsonrpc !== '2.0') return wrong('not JSON-RPC 2.0');
  if (id !== undefined && own === undefined && !(id === null && error !== undefined))
    return wrong('its id is neither a string nor an integer, or too long');
  if (method === undefined) return readAnswer(own, result, error) ?? wrong('neither a request nor an answer');
  if (result !== undefined || error !== undefined) return wrong('a request and an answer at the same time');
  if (typeof method !== 'string' || method === '' || method.length > maxMethodLength)
    return wrong('its method is no name, or too long');
  if (!isJsonObject(params)) return wrong('its params are not an object');
  return own === undefined ? { kind: 'notification', method, params } : { kind: 'request', id: own, method, params };
}

function readAnswer(id: Id | undefined, result: unknown, error: unknown): Message | undefined {
  if ((result === undefined) === (error === undefined)) return undefined;
  if (error === undefined) return id !== undefined && isJsonObject(result) ? { kind: 'result', id, result } : undefined;
  if (!isJsonObject(error)) return undefined;
  const { code, message, data } = error;
  if (typeof code !== 'number' || !Number.isInteger(code) || typeof message !== 'string') return undefined;
  return {
    kind: 'error',
    ...(id !== undefined && { id }),
    error: { code, message, ...(data !== undefined && { data }) },
  };
}

const none = (code: number, why: string, id?: Id): NoMessage => ({
  kind: 'none',
  code,
  why,
  ...(id !== undefined && { id }),
});

export const isId = (value: unknown): value is Id =>
  typeof value === 'string' ? value.length <= maxMessageIdLength : Number.isSafeInteger(value);

/** Two ids are the same only if they have the same type: `1` and `"1"` are two. */
export const keyOf = (id: Id): string => `${typeof id}:${id}`;

export const resultLine = (id: Id, result: JsonObject): Buffer => lineOf({ jsonrpc: '2.0', id, result });
export const errorLine = (id: Id | null, error: JsonRpcError): Buffer => lineOf({ jsonrpc: '2.0', id, error });
export const requestLine = (id: Id, method: string, params: JsonObject): Buffer =>
  lineOf({ jsonrpc: '2.0', id, method, params });
export const notificationLine = (method: string, params: JsonObject = {}): Buffer =>
  lineOf(Object.keys(params).length === 0 ? { jsonrpc: '2.0', method } : { jsonrpc: '2.0', method, params });

const lineOf = (message: JsonObject): Buffer => Buffer.from(JSON.stringify(message), 'utf8');

/**
 * The id of a message of which only the ends are there. Some write it first. The official SDKs write it last, where only the
 * outermost object can end.
 */
export function idAtEnds({ beginning, ending }: LineEnds): Id | undefined {
  const id = idFirst.exec(beginning.toString('latin1')) ?? idLast.exec(ending.toString('latin1'));
  const text = id?.groups?.['id'];
  return text === undefined ? undefined : (JSON.parse(text) as Id);
}

const idFirst = /^\s*\{\s*"jsonrpc"\s*:\s*"2\.0"\s*,\s*"id"\s*:\s*(?<id>-?\d{1,15}|"[^"\\]{0,256}")\s*,/u;
const idLast = /,\s*"id"\s*:\s*(?<id>-?\d{1,15}|"[^"\\]{0,256}")\s*\}\s*$/u;
