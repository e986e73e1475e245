/**
 * The only way in which JSON from outside is read: UTF-8 without a byte order mark, and I-JSON (RFC 7493), so that
 * every reader of the same bytes sees the same value. Duplicate keys, lone surrogates and numbers that a double
 * cannot hold are errors, as is nesting beyond the limit.
 */
import { maxJsonDepth } from './limits.ts';

/** Why some bytes are not acceptable JSON. `offset` counts UTF-16 units from 0. */
export class JsonError extends Error {
  override readonly name = 'JsonError';
  readonly offset: number;

  constructor(message: string, offset: number, options?: ErrorOptions) {
    super(message, options);
    this.offset = offset;
  }
}

// In text that JSON.parse accepted, only a key is followed by a colon, and every other token stands for itself.
const token = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}[\]]|-?\d[\d.eE+-]*/gu;

/** @throws JsonError */
export function parseJson(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new JsonError('not UTF-8', 0, { cause });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    // Editors write one that shows it in no way.
    throw new JsonError(text.startsWith('\ufeff') ? 'not JSON: it begins with a byte order mark' : 'not JSON', 0, {
      cause,
    });
  }
  if (!isPlainlySerialized(text, value)) checkInteroperable(text);
  return value;
}

/**
 * A fast check that most files pass: whether the text is exactly what `JSON.stringify` writes for its value, compact or
 * with the indents of generated files. If it is, no key is there twice and no number lost a digit. Escapes, large
 * integers and deep nesting need the slower check: for example, half of a surrogate pair would be written as an escape.
 */
const isPlainlySerialized = (text: string, value: unknown): boolean =>
  !text.includes('\\u') &&
  isOrdinary(value, maxJsonDepth) &&
  text === (text[1] === '\n' ? `${JSON.stringify(value, null, 2)}\n` : JSON.stringify(value));

/** Whether every integer is one that a double holds, and nothing nests deeper. */
function isOrdinary(value: unknown, depth: number): boolean {
  if (typeof value === 'number') return !Number.isInteger(value) || Number.isSafeInteger(value);
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((item) => isOrdinary(item, depth - 1));
}

function checkInteroperable(text: string): void {
  /** One set of keys for each object that is open, `undefined` for an array. */
  const open: (Set<string> | undefined)[] = [];
  for (const { 0: word, 1: quoted, 2: colon, index } of text.matchAll(token)) {
    if (word === '{' || word === '[') {
      if (open.push(word === '{' ? new Set() : undefined) > maxJsonDepth)
        throw new JsonError(`nested more than ${maxJsonDepth} deep`, index);
    } else if (word === '}' || word === ']') {
      open.pop();
    } else if (quoted === undefined) {
      const number = Number(word);
      const vanished = number === 0 && /^-?[0.]*[1-9]/u.test(word);
      if (!Number.isFinite(number) || vanished || (Number.isInteger(number) && !Number.isSafeInteger(number)))
        throw new JsonError(`a number that a double cannot hold: ${word.slice(0, 40)}`, index);
    } else {
      const string = quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
      if (!string.isWellFormed()) throw new JsonError('half of a surrogate pair', index);
      if (colon === undefined) continue;
      const keys = open.at(-1);
      if (keys?.has(string)) throw new JsonError(`the key ${JSON.stringify(string.slice(0, 80))} twice`, index);
      keys?.add(string);
    }
  }
}

export type JsonObject = Readonly<Record<string, unknown>>;

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
