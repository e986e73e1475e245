import { policyChanged } from '../../catalog/change-rules.ts';
import type { Problem } from '../../core/problem.ts';
import { advisoriesChanged } from '../checks/advisories/at-base.ts';

/** Whether a problem says that every later review will judge by something else, even if no server changes. */
export const changesLaterReviews = ({ code }: Pick<Problem, 'code'>): boolean =>
  code === policyChanged || code === advisoriesChanged;
