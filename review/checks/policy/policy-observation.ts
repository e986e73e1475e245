import type { Observation } from '../../verdict/finding.ts';
import type { policyRules } from './rules.ts';

/** An observation of a rule of the policy about a server. */
export type PolicyObservation = Observation & { readonly rule: (typeof policyRules)[number]['id'] };

/** Lists values in a message, only as many as a reader needs. */
export const listed = (values: readonly string[]): string =>
  values.length === 0
    ? 'none'
    : `${values.slice(0, 12).join(', ')}${values.length > 12 ? ` and ${values.length - 12} more` : ''}`;
