/** Reading what GitHub answers. Whatever is not as its documentation says is refused: nobody guesses. */
import { isJsonObject, type JsonObject } from '../../../core/json.ts';
import { Refusal } from '../../../core/refusal.ts';
import type { Account } from '../forge.ts';

/** A part of an answer, with the words for where it is. */
export interface Part {
  readonly value: unknown;
  readonly where: string;
}

export const unexpected = (where: string, why: string): Refusal =>
  new Refusal(
    'E_EVIDENCE_ANSWER',
    `what GitHub answers about ${where} ${why}`,
    "check the address of GitHub's API in the signer's configuration, and whether this program knows its version",
  );

function objectOf({ value, where }: Part): JsonObject {
  if (!isJsonObject(value)) throw unexpected(where, 'is no object');
  return value;
}

/** The value under some keys, one inside the other. */
export function part(answer: Part, ...keys: readonly string[]): Part {
  let at = answer;
  for (const key of keys) {
    const object = objectOf(at);
    at = { value: Object.hasOwn(object, key) ? object[key] : undefined, where: `${at.where}, ${key}` };
  }
  return at;
}

export const isNothing = ({ value }: Part): boolean => value === null || value === undefined;

export function text({ value, where }: Part): string {
  if (typeof value !== 'string' || value === '') throw unexpected(where, 'is no text');
  return value;
}

export function truth({ value, where }: Part): boolean {
  if (typeof value !== 'boolean') throw unexpected(where, 'is neither true nor false');
  return value;
}

export function count({ value, where }: Part): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw unexpected(where, 'is no number');
  return value;
}

/** A numeric id, as text. */
export function idOf(of: Part): string {
  const id = count(of);
  if (id === 0) throw unexpected(of.where, 'is no id');
  return String(id);
}

const commitId = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/u;

export function commitOf(of: Part): string {
  const id = text(of);
  if (!commitId.test(id)) throw unexpected(of.where, 'is the id of no commit');
  return id;
}

export function timeOf(of: Part): Date {
  const time = text(of);
  const at = new Date(time);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/u.test(time) || Number.isNaN(at.getTime()))
    throw unexpected(of.where, 'is no time in UTC');
  return at;
}

export function partsOf({ value, where }: Part): Part[] {
  if (!Array.isArray(value)) throw unexpected(where, 'is no list');
  return value.map((each: unknown, index) => ({ value: each, where: `${where}, ${index + 1}` }));
}

/** It stands in an address of the API and in messages. */
const loginForm = /^[a-z\d][\w.-]{0,99}(?:\[bot\])?$/iu;

/** GitHub shows this account in place of every account that is gone. */
const ghost = 'ghost';

/** Absent where GitHub names nobody: it does so with null, with an empty object, and with the account `ghost`. */
export function accountOf(of: Part): Account | undefined {
  if (isNothing(of) || Object.keys(objectOf(of)).length === 0) return undefined;
  const login = text(part(of, 'login'));
  if (!loginForm.test(login)) throw unexpected(of.where, 'has a login that is none');
  if (login.toLowerCase() === ghost) return undefined;
  const type = text(part(of, 'type'));
  return { id: idOf(part(of, 'id')), login, isPerson: type === 'User' && !login.endsWith('[bot]') };
}
