/** What every check of a review is given, and what it returns. */
import type { Policy, Provenance, ServerReview } from '../../schemas/types.ts';
import type { ServerFiles } from '../../catalog/registry-files.ts';
import type { Observation } from './finding.ts';

/** A server, and how it differs from the base. */
export interface CheckedServer extends ServerFiles {
  readonly change: ServerReview['change'];
}

/** What a check found. */
export interface Outcome {
  /** What it found under a policy: policies set different rules. */
  readonly observe: (policy: Policy) => readonly Observation[];
  readonly ran: boolean;
  /** What was checked, in words. */
  readonly detail: string;
  readonly provenance?: Provenance;
}

/** `Tools` is what the check needs beside the server. */
export type Check<Tools> = (server: CheckedServer, tools: Tools) => Promise<Outcome>;

/** The outcome of a check that found the same whatever the policy says. */
export const outcomeOf = (detail: string, observations: readonly Observation[]): Outcome => ({
  observe: () => observations,
  ran: true,
  detail,
});

/** A check of a lock: it does not run where there is none. */
export const checkOfLock =
  <Tools>(check: (server: Required<CheckedServer>, tools: Tools) => Promise<Outcome>): Check<Tools> =>
  async (server, tools) =>
    server.lock === undefined
      ? { observe: () => [], ran: false, detail: 'there is no lock' }
      : check({ ...server, lock: server.lock }, tools);
