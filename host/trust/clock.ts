import { Refusal } from '../../core/refusal.ts';

/** How far two honest clocks may differ. */
export const clockToleranceMs = 5 * 60_000;

/** Whether a signed moment has come, by this host's clock. @throws Refusal E_CLOCK where it lies in the future */
export function checkCome(signedAt: string, now: Date, what: string): void {
  if (new Date(signedAt).getTime() > now.getTime() + clockToleranceMs)
    throw new Refusal(
      'E_CLOCK',
      `${what} was signed at ${signedAt}; this machine's clock says ${now.toISOString()}`,
      'set the clock right; if it is right, tell whoever runs the registry',
    );
}
