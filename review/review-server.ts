/** The review of one server: runs the checks that were asked for, and derives the verdict from their findings. */
import type { Gain, Lock, Policy, Provenance, ReviewCheck, ServerReview } from '../schemas/types.ts';
import type { BaseServer } from '../catalog/base.ts';
import type { ServerFiles } from '../catalog/registry-files.ts';
import { Failure } from '../core/failure.ts';
import { checks, type CheckName, type ReviewTools } from './checks/checks.ts';
import { forbiddenSource } from './checks/policy/source.ts';
import { gainsOf } from './diff/gains.ts';
import type { Outcome } from './verdict/check.ts';
import { bySeverity, cut, maxSubjectLength } from './verdict/finding.ts';
import { isOpen, findingsUnder, verdictOf, type AppliedPolicies } from './verdict/verdict.ts';

/** One server, and what it is compared with. */
export interface ReviewTask {
  readonly server: ServerFiles;
  readonly change: ServerReview['change'];
  /** Absent if the server is new. */
  readonly before?: BaseServer;
  readonly policies: AppliedPolicies;
  /** Whether its files have problems. */
  readonly isBroken?: boolean;
}

/** @throws Failure, Refusal if a source of a check does not answer: a check that could not run has not passed */
export async function reviewServer(
  candidate: ReviewTask,
  asked: ReadonlySet<CheckName>,
  tools: ReviewTools,
): Promise<ServerReview> {
  const { server, change } = candidate;
  const results: ReviewCheck[] = [];
  const findings = [];
  let provenance: Provenance = { kind: 'none', why: 'it was not asked for' };
  const forbidden = forbiddenSource(server, candidate.policies);
  for (const [name, check] of checks) {
    if (!asked.has(name)) continue;
    if (forbidden !== undefined && fetching.has(name)) {
      results.push({ check: name, result: 'not-run', detail: cut(forbidden.message, 500) });
      if (name === 'provenance') provenance = { kind: 'none', why: 'nothing was fetched, because of the policy' };
      continue;
    }
    if (server.manifest.value.remote !== undefined && ofBytes.has(name)) {
      results.push({ check: name, result: 'not-run', detail: noBytes });
      if (name === 'provenance') provenance = { kind: 'none', why: noBytes };
      continue;
    }
    const outcome = await check({ ...server, change }, tools).catch(unlessSilent);
    const found = findingsUnder(server, outcome.observe, candidate.policies);
    const blocks = found.some((finding) => isOpen(finding) && finding.level === 'block');
    const result = blocks ? 'failed' : outcome.ran ? 'passed' : 'not-run';
    results.push({ check: name, result, detail: outcome.detail });
    findings.push(...found);
    if (outcome.provenance !== undefined) provenance = outcome.provenance;
  }
  const sorted = bySeverity(findings);
  const gains = gainedIn(candidate);
  return {
    name: server.name,
    version: server.manifest.value.version,
    change,
    verdict: verdictOf({ change, gains, findings: sorted, checks: results, isBroken: candidate.isBroken ?? false }),
    reviewers: reviewersOf(candidate),
    gains,
    checks: results,
    findings: sorted,
    provenance,
  };
}

/** What the source of advisories knows nothing about is not checked for this server, and the others are. */
function unlessSilent(error: unknown): Outcome {
  if (!(error instanceof Failure && error.code === 'advisories-silent')) throw error;
  return { observe: () => [], ran: false, detail: cut(`${error.message}: ${error.remedy}`, 500) };
}

/** These checks fetch the artefact, what it loads, or what is said of it. */
const fetching: ReadonlySet<CheckName> = new Set(['packages', 'reproducible', 'code', 'tools', 'provenance']);

/** Checks of what runs. Of an endpoint that lies elsewhere, so none of them can pass or fail. */
export const ofBytes: ReadonlySet<CheckName> = new Set([
  ...(['packages', 'reproducible', 'advisories', 'code', 'provenance'] as const),
]);
const noBytes = 'an endpoint runs elsewhere, so there are no bytes to check';

/** Its texts may have any length. */
function gainedIn({ server: { manifest, lock }, change, before }: ReviewTask): Gain[] {
  if (change === 'unchanged') return [];
  const was = before?.manifest === undefined ? undefined : { manifest: before.manifest, ...lockOf(before.lock) };
  // Against a file that cannot be read, nothing is known to be the same.
  const unknown: Gain[] =
    change === 'changed' && was === undefined
      ? [{ verb: 'changes', what: 'the manifest', subject: 'the one before cannot be read' }]
      : [];
  return [...unknown, ...gainsOf(was, { manifest: manifest.value, ...lockOf(lock?.value) })].map((gain) => ({
    ...gain,
    subject: cut(gain.subject, maxSubjectLength),
  }));
}

const lockOf = (lock: Lock | undefined): { readonly lock?: Lock } => (lock === undefined ? {} : { lock });

/** The teams that the old or the new data class asks for, in the old or the new policy. */
function reviewersOf({ server, before, policies: { policies } }: ReviewTask): string[] {
  const classes = [server.manifest.value, before?.manifest]
    .filter((manifest) => manifest !== undefined)
    .map(({ data_classification: dataClass }) => dataClass);
  const teams = (policy: Policy): readonly string[] =>
    classes.flatMap((dataClass) => policy.data_classes[dataClass].reviewers);
  return [...new Set(policies.flatMap(teams))].sort();
}
