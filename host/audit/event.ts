/** What is written down of an event, and by whom. */
import { hostname, userInfo } from 'node:os';
import { canonicalJson } from '../../core/canonical.ts';
import { sha256 } from '../../core/digest.ts';
import { messageOf } from '../../core/failure.ts';
import { Refusal } from '../../core/refusal.ts';
import type { AuditEvent } from '../../schemas/types.ts';

/** What a caller knows about an event. Time, user, device and place in the chain are added by the log. */
export type Audited = Omit<
  AuditEvent,
  'schemaVersion' | 'time' | 'chain' | 'sequence' | 'previous' | 'user' | 'device'
>;

/** A call that a client made of a server: what the proxy between the two knows of it. */
export type AuditedCall = Audited & {
  readonly event: 'call';
  readonly method: string;
  readonly decision: 'allowed' | 'denied';
  readonly durationMs: number;
};

/** All that stands for the arguments of a call: the SHA-256 of their canonical JSON. The values are never written down. */
export const argumentsDigest = (values: unknown): string => sha256(canonicalJson(values));

/** The outcome of an attempt that threw an error. */
export const outcomeOf = (error: unknown): Pick<Audited, 'outcome' | 'code' | 'message'> =>
  error instanceof Refusal
    ? { outcome: 'refused', code: error.code, message: error.message }
    : { outcome: 'failed', message: messageOf(error) };

/** The account and the machine. */
export const whoAndWhere = (): Pick<AuditEvent, 'user' | 'device'> => ({ user: accountName(), device: hostname() });

/** An account without a name in the user database still has a number. */
function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}

/** In UTF-16 units, as the schema has them. Texts come from clients and servers, which may send anything. */
const maxText = 256;
const maxTexts: ReadonlyMap<string, number> = new Map([
  ['message', 500],
  ['trustConfig', 1000],
  ['protocolVersion', 64],
  ['requestId', 128],
  ['method', 128],
  ['errorType', 64],
]);

/** The same with every text cut to what the format takes, so that no name or message can make a line invalid. */
export function bounded<T extends object>(event: T): T {
  const entries = Object.entries(event).map(([key, value]: [string, unknown]): [string, unknown] => {
    if (typeof value === 'string') return [key, cut(value, maxTexts.get(key) ?? maxText)];
    return [key, typeof value === 'object' && value !== null ? bounded(value) : value];
  });
  return Object.fromEntries(entries) as T;
}

const cut = (text: string, length: number): string => text.slice(0, length).toWellFormed();
