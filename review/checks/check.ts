/** What every check of a review is given, and what it returns. */
import type { CapturedServer, Policy, Provenance, ServerReview } from '../../schemas/types.ts';
import type { ServerFiles } from '../../catalog/registry-files.ts';
import type { Resolver } from '../../resolve/lock.ts';
import type { Observation } from '../verdict/finding.ts';
import type { AdvisorySource } from './advisories/source.ts';
import type { CodeScanner } from './code/scanner.ts';
import type { KnownPackages } from './packages/packages.ts';
import type { ProvenanceSources } from './provenance/sources.ts';
import type { ServerIndex } from './tool-text/server-index.ts';

/** What the checks work with. Each is used only by those that need it. */
export interface ReviewTools {
  /** What ages are counted to: the same for everybody who reviews the same. */
  readonly moment: Date;
  /** All servers of the registry, with their tools. */
  readonly servers: ServerIndex;
  readonly known: KnownPackages;
  readonly resolver: Resolver;
  readonly advisories: AdvisorySource;
  readonly code: CodeScanner;
  readonly captured: (server: ServerFiles) => Promise<CapturedServer | undefined>;
  readonly provenance: ProvenanceSources;
}

/** What a check found. */
export interface Outcome {
  /** By policy, since rules and exceptions differ. */
  readonly observe: (policy: Policy) => readonly Observation[];
  readonly ran: boolean;
  /** What was checked, in words. */
  readonly detail: string;
  readonly provenance?: Provenance;
}

/** A server, and what it is beside the base. */
export interface CheckedServer extends ServerFiles {
  readonly change: ServerReview['change'];
}

export type LockedServer = Required<CheckedServer>;

export type Check = (server: CheckedServer, tools: ReviewTools) => Promise<Outcome>;

/** The outcome of a check that found the same whatever the policy says. */
export const outcomeOf = (detail: string, observations: readonly Observation[]): Outcome => ({
  observe: () => observations,
  ran: true,
  detail,
});

/** A check of a lock: it does not run where there is none. */
export const checkOfLock =
  (check: (server: LockedServer, tools: ReviewTools) => Promise<Outcome>): Check =>
  async (server, tools) =>
    server.lock === undefined
      ? { observe: () => [], ran: false, detail: 'there is no lock' }
      : check({ ...server, lock: server.lock }, tools);
