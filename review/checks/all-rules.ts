/** Every rule of the review, and a digest of everything that decides what they find. */
import { canonicalJson } from '../../core/canonical.ts';
import { sha256 } from '../../core/digest.ts';
import { advisoryRules } from './advisories/rules.ts';
import { codeRules } from './code/rules.ts';
import { codeRulesDigest } from './code/rules-digest.ts';
import type { Rule } from '../verdict/finding.ts';
import { packageRules } from './packages/rules.ts';
import { reproducibleRules } from './reproducible/rules.ts';
import { toolsRules } from './tools/rules.ts';
import { policyRules } from './policy/rules.ts';
import { provenanceRules } from './provenance/rules.ts';
import { toolTextRules } from './tool-text/rules.ts';

export const allRules: readonly Rule[] = [
  ...policyRules,
  ...packageRules,
  ...reproducibleRules,
  ...advisoryRules,
  ...codeRules,
  ...toolTextRules,
  ...toolsRules,
  ...provenanceRules,
];

/** Two reviews with the same digest used the same rules. */
export const rulesDigest = (): string => sha256(canonicalJson({ rules: allRules, code: codeRulesDigest() }));
