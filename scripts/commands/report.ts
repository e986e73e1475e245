import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { Failure, UsageError } from '../../core/failure.ts';
import { asProblem, type Problem } from '../../core/problem.ts';
import { dayOf } from '../../core/time.ts';
import { print } from '../../host/output.ts';
import type { Policy } from '../../schemas/types.ts';
import { ApprovalsStore } from '../../signer/approval/approvals-store.ts';
import { readRegistryFiles, type ServerFiles } from '../../catalog/registry-files.ts';
import { prepare } from '../../signer/prepare.ts';
import { selectPublished } from '../../catalog/select.ts';
import { readTrustFolder } from '../../signer/ceremony/trust-folder.ts';
import { offlineEndsSoon } from '../../signer/ends-soon.ts';
import { loadedPackages } from '../../artefacts/loaded.ts';
import { workspaceOf } from '../../catalog/workspace.ts';
import { checkAdvisories } from '../../review/checks/advisories/check.ts';
import { openAdvisories } from '../../review/checks/advisories/source.ts';
import {
  accessReviewsDue,
  approvalsDue,
  deprecated,
  exceptionsDue,
  type DueItem,
  type Period,
} from '../../review/due.ts';
import { isPackage } from '../../artefacts/part.ts';
import { reportLines, reportMarkdown, withAcceptance, type Report } from '../../review/show/report.ts';
import { askSecret } from '../terminal.ts';
import { programDigest } from '../version.ts';
import { conclude, here, withJson, type CommonOptions } from './common.ts';

interface ReportOptions extends CommonOptions {
  readonly within: string;
  readonly markdown?: true;
}

/** `registry report`: what has to be done about approved servers, and by when. */
export function report(program: Command): void {
  withJson(program.command('report'))
    .description('list reviews, approvals and exceptions that end soon, deprecated servers, and known advisories')
    .option('--within <days>', 'how far to look ahead', '30')
    .option('--markdown', 'print Markdown, as for an issue')
    .action(async ({ within, markdown, json }: ReportOptions) => {
      const now = new Date();
      const period = { today: dayOf(now), within: readDays(within) };
      const { policy, servers, problems } = await readRegistryFiles(here());
      if (policy === undefined) return conclude(json, problems, {}, []);
      const manifests = servers.map(({ manifest }) => manifest.value);
      const approvals = await approvalsOf(now, period);
      const advisories = await advisoriesOf(servers, policy.value, period);
      const made: Report = {
        ...period,
        accessReviews: accessReviewsDue(manifests, policy.value, period),
        approvals: approvals.value,
        deprecated: deprecated(manifests, period),
        advisories: advisories.value,
        exceptions: exceptionsDue(policy.value.exceptions ?? [], period),
      };
      // What could be found out is worth knowing, also where the rest could not.
      if (!json) print(false, undefined, markdown ? reportMarkdown(made) : reportLines(made));
      const offline = offlineEndsSoon((await readTrustFolder(here())).ceremony, now);
      conclude(json, [...problems, ...offline, ...approvals.problems, ...advisories.problems], { ...made }, []);
    });
}

function readDays(within: string): number {
  const days = Number(within);
  if (/^\d{1,4}$/u.test(within)) return days;
  throw new UsageError(`--within is ${JSON.stringify(within)}`, 'give it as a number of days up to 9999');
}

/** A part of the report, and what hinders it. */
interface Part<T> {
  readonly value: T;
  readonly problems: readonly Problem[];
}

/** Approvals are not in git: only where signing happens is their store. */
async function approvalsOf(now: Date, period: Period): Promise<Part<readonly DueItem[] | string>> {
  const unknown = (why: string, problems: readonly Problem[] = []) => ({ value: why, problems });
  try {
    const { ceremony } = await readTrustFolder(here());
    const production = (ceremony.root ?? ceremony.proposedRoot) !== undefined;
    const { folder } = workspaceOf(here(), production ? 'production' : 'development');
    const there = await access(join(folder, 'approvals')).then(
      () => true,
      () => false,
    );
    if (!there) return unknown('no approvals are stored here; ask where `registry sign` runs');
    const program = programDigest();
    const preparation = await prepare(here(), { now, readSecret: askSecret, program });
    if (!preparation.ok) return unknown('there are problems with the files');
    const { state, identity, servers } = preparation.prepared;
    const { approvals, open, problems } = await new ApprovalsStore(state, program).readAll(identity.keyring);
    const { published } = await selectPublished(servers, approvals, open);
    const current = published.map(({ name, current: { version, validUntil } }) => ({ name, version, validUntil }));
    return { value: approvalsDue(current, period), problems };
  } catch (error) {
    if (error instanceof UsageError) return unknown(error.message);
    if (error instanceof Failure) return unknown('see below', [asProblem(error, 'approvals', '')]);
    throw error;
  }
}

async function advisoriesOf(
  servers: readonly ServerFiles[],
  policy: Policy,
  period: Period,
): Promise<Part<Report['advisories']>> {
  const locks = servers.flatMap(({ manifest, lock }) =>
    lock === undefined ? [] : [{ manifest: manifest.value, lock: lock.value }],
  );
  try {
    const source = await openAdvisories(policy.advisories.source, { root: here() });
    const found = await source.find(locks.flatMap(({ lock }) => loadedPackages(lock)).filter(isPackage));
    const known = locks.flatMap(({ manifest, lock }) =>
      withAcceptance(manifest, checkAdvisories(lock, found, policy), policy.exceptions ?? [], period),
    );
    return { value: { source: source.describe(), servers: known }, problems: [] };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { value: { servers: [] }, problems: [asProblem(error, 'advisories', 'policy.yaml')] };
  }
}
