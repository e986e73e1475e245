/** What a gate tells about a session. No event has an argument's value, or a text of the server's. */
import type { OfferList } from '../../core/offers.ts';
import type { Unapproved } from './approved.ts';

/** A call of a tool, once it was refused or answered. */
export interface CallEvent {
  readonly kind: 'call';
  readonly tool: string;
  /** SHA-256 of the arguments as canonical JSON. */
  readonly argumentsDigest: string;
  /** `ok` and `error` as the server answered; `refused` never reached it; the others had no answer. */
  readonly outcome: 'ok' | 'error' | 'refused' | 'cancelled' | 'unanswered';
  /** Why it was refused. */
  readonly reason?: string;
  /** From the call to its answer, in milliseconds. */
  readonly tookMs: number;
  readonly requestBytes: number;
  readonly answerBytes: number;
}

/** Something that the server shows, and that nobody approved. */
export interface DriftEvent {
  readonly kind: 'drift';
  readonly list: OfferList | 'instructions';
  /** What identifies it; empty for instructions. */
  readonly key: string;
  readonly why: Unapproved;
}

/** A message that was kept back. */
export interface DenialEvent {
  readonly kind: 'denial';
  readonly from: 'client' | 'server';
  readonly what: string;
  readonly reason: string;
}

/** The client, as it calls itself. */
export interface ClientEvent {
  readonly kind: 'client';
  readonly name: string;
  readonly version: string;
  readonly protocol: string;
}

export type ProxyEvent = CallEvent | DriftEvent | DenialEvent | ClientEvent;
