/** The checks of a review, in the order in which they run and are shown. */
import type { ServerFiles } from '../../catalog/registry-files.ts';
import type { Resolver } from '../../resolve/lock.ts';
import type { CapturedServer, ReviewCheck } from '../../schemas/types.ts';
import type { Check } from '../verdict/check.ts';
import { advisoriesCheck } from './advisories/check.ts';
import type { AdvisorySource } from './advisories/source.ts';
import { codeCheck } from './code/check.ts';
import type { CodeScanner } from './code/scanner.ts';
import { packagesCheck } from './packages/check.ts';
import type { KnownPackages } from './packages/packages.ts';
import { policyCheck } from './policy/check.ts';
import { provenanceCheck } from './provenance/check.ts';
import type { ProvenanceSources } from './provenance/sources.ts';
import { reproducibleCheck } from './reproducible/check.ts';
import type { ListPackages } from './syft/syft.ts';
import { toolTextCheck } from './tool-text/check.ts';
import type { ServerIndex } from './tool-text/server-index.ts';
import { toolsCheck } from './tools/check.ts';

export type CheckName = ReviewCheck['check'];

/** The tools of all checks together. */
export interface ReviewTools {
  /** The moment to which ages are counted. It is the same for every run of the same review. */
  readonly moment: Date;
  /** All servers of the registry, with their tools. */
  readonly servers: ServerIndex;
  readonly known: KnownPackages;
  readonly resolver: Resolver;
  readonly advisories: AdvisorySource;
  readonly code: CodeScanner;
  /** Absent where syft is not installed. */
  readonly syft?: ListPackages | undefined;
  readonly captured: (server: ServerFiles) => Promise<CapturedServer | undefined>;
  readonly provenance: ProvenanceSources;
}

/** By name, in order. */
export const checks: ReadonlyMap<CheckName, Check<ReviewTools>> = new Map<CheckName, Check<ReviewTools>>([
  ['policy', policyCheck],
  ['packages', packagesCheck],
  ['reproducible', reproducibleCheck],
  ['advisories', advisoriesCheck],
  ['code', codeCheck],
  ['tool-text', toolTextCheck],
  ['tools', toolsCheck],
  ['provenance', provenanceCheck],
]);
