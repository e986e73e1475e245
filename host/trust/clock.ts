import { Refusal } from '../../core/refusal.ts';
import { daysAfter } from '../../core/time.ts';

/** How far two honest clocks may differ. */
export const clockToleranceMs = 5 * 60_000;

/** Whether a signed moment has come, by this host's clock. @throws Refusal E_CLOCK where it lies in the future */
export function checkCome(signedAt: string, now: Date, what: string): void {
  if (new Date(signedAt).getTime() > now.getTime() + clockToleranceMs)
    throw new Refusal(
      'E_CLOCK',
      `${what} was signed at ${signedAt}; this machine's clock says ${now.toISOString()}`,
      'set the clock right; if it is right, tell the operator of the registry',
    );
}

/** The earliest moment at which something can have been signed that lives no longer than that. */
export const earliestSigning = (expires: string, lifeDays: number): Date => daysAfter(new Date(expires), -lifeDays);

/**
 * Whether something is valid for no longer than it may be, counted from now: whoever steals a key signs what hosts believe
 * for one such life, not for years. A clock that is behind finds the same, and cannot be told from it.
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
