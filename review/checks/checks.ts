/** The checks of a review, in the order in which they run and are shown. */
import type { ReviewCheck } from '../../schemas/types.ts';
import { advisoriesCheck } from './advisories/check.ts';
import type { Check } from './check.ts';
import { codeCheck } from './code/check.ts';
import { packagesCheck } from './packages/check.ts';
import { policyCheck } from './policy/check.ts';
import { provenanceCheck } from './provenance/check.ts';
import { reproducibleCheck } from './reproducible/check.ts';
import { toolTextCheck } from './tool-text/check.ts';
import { toolsCheck } from './tools/check.ts';

export type CheckName = ReviewCheck['check'];

/** By name, in order. */
export const checks: ReadonlyMap<CheckName, Check> = new Map([
  ['policy', policyCheck],
  ['packages', packagesCheck],
  ['reproducible', reproducibleCheck],
  ['advisories', advisoriesCheck],
  ['code', codeCheck],
  ['tool-text', toolTextCheck],
  ['tools', toolsCheck],
  ['provenance', provenanceCheck],
]);
