import type { CatalogServer } from '../../../schemas/types.ts';
import { mayRun } from '../words/states.ts';

/** How many servers a page of the calendar has. */
export const serversOfPage = 300;

export const approvalEnd = ({ approval }: CatalogServer): string => approval.validUntil;

export const accessReview = ({ manifest }: CatalogServer): string => manifest.reviewed_at;

/** The servers that hosts still start, the earliest date first; on one day, by name. */
export const byDate = (
  servers: readonly CatalogServer[],
  dateOf: (server: CatalogServer) => string,
): readonly CatalogServer[] =>
  servers
    .filter(({ state }) => mayRun(state))
    .toSorted((a, b) => (dateOf(a) < dateOf(b) ? -1 : dateOf(a) > dateOf(b) ? 1 : 0));
