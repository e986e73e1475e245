/** The input and the result of every check of a review. */
import type { Policy, Provenance, ServerReview } from '../../schemas/types.ts';
import type { ServerFiles } from '../../catalog/registry-files.ts';
import type { Observation } from './finding.ts';

/** A server, and how it differs from the base. */
export interface CheckedServer extends ServerFiles {
  readonly change: ServerReview['change'];
}

/** What a check found. */
export interface Outcome {
  /** The observations under a policy, because policies set different rules. */
  readonly observe: (policy: Policy) => readonly Observation[];
  readonly ran: boolean;
  /** What was checked, in words. */
  readonly detail: string;
  readonly provenance?: Provenance;
}

/** `Tools` is what the check needs in addition to the server. */
export type Check<Tools> = (server: CheckedServer, tools: Tools) => Promise<Outcome>;

/** The outcome of a check that does not depend on the policy. */
export const outcomeOf = (detail: string, observations: readonly Observation[]): Outcome => ({
  observe: () => observations,
  ran: true,
  detail,
});

/** A check of a lock. It does not run for a server without a lock. */
export const checkOfLock =
  <Tools>(check: (server: Required<CheckedServer>, tools: Tools) => Promise<Outcome>): Check<Tools> =>
  async (server, tools) =>
    server.lock === undefined
      ? { observe: () => [], ran: false, detail: 'there is no lock' }
      : check({ ...server, lock: server.lock }, tools);
