import type { Observation } from '../../verdict/finding.ts';
import type { policyRules } from './rules.ts';

/** What a rule of the policy says against a server. */
export type PolicyObservation = Observation & { readonly rule: (typeof policyRules)[number]['id'] };

/** Values in a message: as many as a reader takes in. */
export const listed = (values: readonly string[]): string =>
  values.length === 0
    ? 'none'
    : `${values.slice(0, 12).join(', ')}${values.length > 12 ? ` and ${values.length - 12} more` : ''}`;
