/** Checks how much of a server one user may use. */
import { callsPerMinute } from '../../../core/limits.ts';
import type { Manifest, Policy } from '../../../schemas/types.ts';
import type { PolicyObservation } from './policy-observation.ts';

export function checkLimits({ limits: stated }: Manifest, { limits }: Policy): PolicyObservation[] {
  const allowed = stated?.calls_per_minute ?? callsPerMinute;
  if (limits === undefined || allowed <= limits.calls_per_minute) return [];
  const absent = stated?.calls_per_minute === undefined;
  return [
    {
      rule: 'calls-per-minute',
      level: 'block',
      subject: `${allowed}`,
      field: ['limits', 'calls_per_minute'],
      message: `${absent ? 'without a limit of its own ' : ''}it may be called ${allowed} times a minute; the policy allows ${limits.calls_per_minute}`,
      remedy: `write ${limits.calls_per_minute} or fewer under \`limits.calls_per_minute\``,
    },
  ];
}
