/** When the collector wants to be asked again (RFC 9110, 10.2.3, Retry-After). All processes of an account wait for it. */
import { closeSync, lstatSync, openSync, utimesSync } from 'node:fs';
import { HttpFailure } from '../../core/address.ts';
import { Failure } from '../../core/failure.ts';
import { maxAuditHoldMs } from '../../core/limits.ts';
import { toSecond } from '../../core/time.ts';

/** The collector took nothing, and said when to come again. */
export class CollectorBusy extends HttpFailure {
  readonly retryAfter: string;

  constructor(endpoint: string, status: number, retryAfter: string) {
    super(endpoint, status, 'nothing need be done: the events wait here, and are sent when it wants them');
    this.retryAfter = retryAfter;
  }
}

/**
 * Remembers it in the time of a file. An hour at most: who answers for the collector must not be able to keep back what it would
 * have to see.
 */
export function holdBack(path: string, { retryAfter }: CollectorBusy, now: Date): void {
  const ms = /^\d{1,9}$/u.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now.getTime();
  if (!(ms > 0)) return;
  const until = new Date(now.getTime() + Math.min(ms, maxAuditHoldMs));
  closeSync(openSync(path, 'w', 0o600));
  utimesSync(path, until, until);
}

/** @throws Failure `audit-held-back` while it wants nothing */
export function checkHeldBack(path: string, now: Date): void {
  const until = lstatSync(path, { throwIfNoEntry: false })?.mtime;
  const ms = until === undefined ? 0 : until.getTime() - now.getTime();
  // Further ahead than anybody may ask for: the clock was set back.
  if (until === undefined || ms <= 0 || ms > maxAuditHoldMs) return;
  throw new Failure(
    'audit-held-back',
    `the collector wants no events before ${toSecond(until)}`,
    'nothing need be done: they wait here, and are sent then',
  );
}
