import { Refusal } from '../../core/refusal.ts';
import { daysAfter } from '../../core/time.ts';

/** How far two honest clocks may differ. */
export const clockToleranceMs = 5 * 60_000;

/** Checks that a signed moment is not in the future, by this host's clock. @throws Refusal E_CLOCK */
export function checkNotInFuture(signedAt: string, now: Date, what: string): void {
  if (new Date(signedAt).getTime() > now.getTime() + clockToleranceMs)
    throw new Refusal(
      'E_CLOCK',
      `${what} was signed at ${signedAt}; this machine's clock says ${now.toISOString()}`,
      'set the clock right; if it is right, tell the operator of the registry',
    );
}

/**
 * The earliest moment at which something can have been signed, if it is valid for at most `lifeDays` from its signing.
 */
export const earliestSigning = (expires: string, lifeDays: number): Date => daysAfter(new Date(expires), -lifeDays);

/**
 * Checks that something is not valid for longer than `lifeDays` from now. With a stolen key, an attacker can therefore
 * make something that hosts believe for that many days, not for years. A clock that is behind causes the same refusal;
 * this host cannot distinguish the two.
 * @throws Refusal E_CLOCK
 */
export function checkLife(expires: string, lifeDays: number, now: Date, what: string): void {
  if (earliestSigning(expires, lifeDays).getTime() > now.getTime() + clockToleranceMs)
    throw new Refusal(
      'E_CLOCK',
      `${what} is valid until ${expires}, more than ${lifeDays} days after this machine's clock, which says ${now.toISOString()}`,
      'set the clock right; if it is right, tell the operator of the registry: a key may be stolen',
    );
}
