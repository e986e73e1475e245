/** The checks of a review, in the order in which they run and are shown. */
import { mapConcurrently } from '../../core/concurrency.ts';
import { maxConcurrentDownloads } from '../../core/limits.ts';
import type { CapturedServer, Policy, Provenance, ReviewCheck } from '../../schemas/types.ts';
import type { PackageIdentity } from '../../catalog/lock-outline.ts';
import type { ServerFiles } from '../../catalog/registry-files.ts';
import type { Resolver } from '../../resolve/lock.ts';
import { checkAdvisories } from './advisories/rules.ts';
import type { AdvisorySource } from './advisories/source.ts';
import { judgeCode } from './code/judge.ts';
import type { CodeReport } from './code/report.ts';
import type { CodeScanner } from './code/scanner.ts';
import type { Observation } from '../verdict/finding.ts';
import { checkIntegrity, newPackages, type KnownPackages } from './packages/packages.ts';
import { checkPolicy } from './policy/check-policy.ts';
import { findProvenance, type ProvenanceSources } from './provenance/provenance.ts';
import { checkReproducible } from './reproducible/reproducible.ts';
import { checkInstructions, checkToolText } from './tool-text/check.ts';
import type { ServerIndex } from './tool-text/server-index.ts';
import { checkTools, checkUncaptured } from './tools/tools.ts';
import { checkTyposquats } from './packages/typosquat.ts';
import { checkUpstream, fetchPackuments } from './packages/upstream.ts';

export type CheckName = ReviewCheck['check'];

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
  /** How much was looked at, in words. */
  readonly detail: string;
  readonly provenance?: Provenance;
}

type Check = (server: ServerFiles, tools: ReviewTools) => Promise<Outcome>;
type Locked = Required<ServerFiles>;

const passed = (detail: string, observations: readonly Observation[] = []): Outcome => ({
  observe: () => observations,
  ran: true,
  detail,
});

/** A check of what a lock says. */
const ofLock =
  (check: (server: Locked, tools: ReviewTools) => Promise<Outcome>): Check =>
  async (server, tools) =>
    server.lock === undefined
      ? { observe: () => [], ran: false, detail: 'there is no lock' }
      : check({ ...server, lock: server.lock }, tools);

/** By name, in order. */
export const checks: ReadonlyMap<CheckName, Check> = new Map<CheckName, Check>([
  [
    'policy',
    ({ manifest, lock }) =>
      Promise.resolve({
        observe: (policy) => checkPolicy(manifest.value, lock?.value, policy),
        ran: true,
        detail: 'the manifest and its closure, against policy.yaml',
      }),
  ],
  ['packages', ofLock(lookAtPackages)],
  [
    'reproducible',
    ofLock(async ({ manifest, lock }, { resolver, moment }) =>
      passed(
        `resolved again as of ${lock.value.resolvedAsOf}`,
        await checkReproducible(manifest.value, lock.value, resolver, moment),
      ),
    ),
  ],
  [
    'advisories',
    ofLock(async ({ lock }, { advisories }) => {
      const found = await advisories.find(Object.values(lock.value.closure.packages));
      const { source, asOf } = advisories.describe();
      return {
        observe: (policy) => checkAdvisories(lock.value, found, policy),
        ran: true,
        detail: `${countOf(lock.value.closure.packages)} packages, against ${source}${asOf === null ? '' : ` as of ${asOf}`}`,
      };
    }),
  ],
  ['code', ofLock(lookAtCode)],
  [
    'tool-text',
    ({ manifest, lock }, { servers }) =>
      Promise.resolve(
        passed(
          `the texts of the manifest and of ${lock?.value.tools.length ?? 0} tools`,
          checkToolText({ manifest: manifest.value, lock: lock?.value }, servers).map(inField),
        ),
      ),
  ],
  ['tools', ofLock(lookAtTools)],
  [
    'provenance',
    async ({ manifest, lock }, { provenance: sources }) => {
      const { provenance, observations, detail } = await findProvenance(manifest.value, lock?.value, sources);
      return { ...passed(detail, observations), provenance };
    },
  ],
]);

/** What is about a text of the manifest is shown where that text stands. */
function inField(observation: Observation): Observation {
  const field = /^manifest:(?<field>[a-z_]+)/u.exec(observation.subject)?.groups?.field;
  return field === undefined ? observation : { ...observation, field: [field] };
}

const countOf = (packages: Readonly<Record<string, unknown>>): number => Object.keys(packages).length;

async function lookAtPackages({ lock }: Locked, { known, resolver, moment }: ReviewTools): Promise<Outcome> {
  const added = newPackages(lock.value, known);
  const packuments = await fetchPackuments(added, resolver.registry);
  const rootName = lock.value.closure.packages[lock.value.closure.root]?.name ?? '';
  const always = [...checkIntegrity(added, known), ...checkTyposquats(added, known.names)];
  return {
    observe: (policy) => [...always, ...checkUpstream(added, rootName, packuments, policy, moment)],
    ran: true,
    detail: `${added.length} packages that are new here, of ${countOf(lock.value.closure.packages)}`,
  };
}

async function lookAtCode({ lock }: Locked, { known, resolver, code }: ReviewTools): Promise<Outcome> {
  const added = newPackages(lock.value, known);
  const scan = ({ name, version, integrity }: PackageIdentity): Promise<CodeReport> =>
    code.scan({
      name,
      version,
      integrity,
      tarball: () => resolver.blobs.readOr(integrity, () => resolver.registry.tarball(name, version, integrity)),
    });
  const all = new Map(
    [...added, ...added.flatMap(({ name }) => known.byName(name))].map((each) => [each.integrity, each]),
  );
  const reports = await mapConcurrently([...all.values()], maxConcurrentDownloads, scan);
  const isNew = new Set(added.map(({ integrity }) => integrity));
  return passed(
    `the code of ${added.length} packages that are new here`,
    judgeCode(
      reports.filter(({ integrity }) => isNew.has(integrity)),
      reports.filter(({ integrity }) => !isNew.has(integrity)),
    ),
  );
}

async function lookAtTools(server: Locked, { captured, servers }: ReviewTools): Promise<Outcome> {
  const { lock, name } = server;
  if (lock.value.capture === 'none') return { observe: checkUncaptured, ran: false, detail: 'not captured' };
  const shown = await captured(server);
  const observations = checkTools(lock.value, lock.bytes, shown);
  const compared = shown?.kind === 'captured' && observations.every(({ rule }) => rule !== 'tools-not-captured');
  if (!compared) return { observe: () => observations, ran: false, detail: 'not captured' };
  const own = { name, tools: lock.value.tools.map((tool) => tool.name) };
  const said = shown.instructions.flatMap(({ text }) => checkInstructions(text, own, servers));
  return passed(`${shown.tools.length} tools and ${shown.instructions.length} instructions, captured again`, [
    ...observations,
    ...said,
  ]);
}
