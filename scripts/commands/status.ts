import { join } from 'node:path';
import type { Command } from 'commander';
import { sha256 } from '../../core/digest.ts';
import { sameJson } from '../../core/canonical.ts';
import { exitCodes } from '../../core/exit.ts';
import { timestampStaleHours } from '../../core/limits.ts';
import type { Problem } from '../../core/problem.ts';
import { Refusal } from '../../core/refusal.ts';
import { manifestPath } from '../../core/statement.ts';
import { toSecond } from '../../core/time.ts';
import { workspaceOf } from '../../catalog/workspace.ts';
import { print } from '../../host/output.ts';
import { loadTrust, type Trust } from '../../host/trust/trust-config.ts';
import type { Publication } from '../../schemas/types.ts';
import { readTrustFolder } from '../../signer/ceremony/trust-folder.ts';
import { approvalsEndSoon, endingProblem, endsWithin, reviewDays } from '../../signer/ends-soon.ts';
import { isHeld } from '../publish/generations.ts';
import { openPublished } from '../publish/open-published.ts';
import { readPublishedState, type PublishedState } from '../publish/published-state.ts';
import { refusalProblem } from '../publish/verify-dist.ts';
import { publicationLines, stateLines } from '../report/published-lines.ts';
import { viewWords } from '../publish/published-view.ts';
import { conclude, here, withJson, type CommonOptions } from './common.ts';
import { withAudience, type AudienceOption } from './view-options.ts';

interface StatusOptions extends CommonOptions, AudienceOption {
  readonly at: string;
  readonly trust?: string;
  readonly servers?: true;
}

/** What ends so soon makes the command fail: two days are left for people, or for the schedule that did not run. */
const urgentDays = 2;

/** `registry status`: for a monitor, whether hosts accept what is published, and for how long. */
export function status(program: Command): void {
  withAudience(withJson(program.command('status')), 'expect')
    .description('say what is published, as a host finds it, and what has to be renewed until when')
    .requiredOption('--at <address>', 'https://<host>, s3://<bucket>/<prefix> or file:///<folder>')
    .option('--trust <file>', 'a trust config of hosts; what this registry has in trust/ if left out')
    .option('--servers', 'open every server with its lock, and not only its record')
    .action(async ({ at, trust: given, servers, audience: expected, json }: StatusOptions) => {
      const now = new Date();
      const { base, publication, audience, fetchFile: fetch } = await openPublished(at, now);
      const trust = await trustFor(given, base);
      const folder = join(
        workspaceOf(here(), 'development').cache,
        `status-${sha256(`${trust.config.registry.id} ${at}`).slice(0, 16)}`,
      );
      const about = { at, ...(audience !== undefined && { audience }), ...publicationSummary(publication) };
      const unfinished = unfinishedProblems(publication, now);
      try {
        const state = await readPublishedState({
          ...{ trust, folder, now, opensServers: servers === true },
          ...(fetch !== undefined && { fetchFile: fetch }),
        });
        const { approvals, problems, ...rest } = state;
        const soon = approvals.filter(({ validUntil }) => endsWithin({ end: validUntil }, reviewDays, now));
        if (!json) print(false, undefined, [...publicationLines(at, publication, audience), ...stateLines(state)]);
        conclude(
          json,
          [...unfinished, ...notExpected(state, audience, expected), ...problems, ...problemsOf(state, now)],
          { ...about, ...rest, approvals: soon },
          [],
        );
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        if (!json) print(false, undefined, publicationLines(at, publication, audience));
        conclude(json, [...unfinished, refusalProblem(error, '', 'hosts refuse the registry')], about, []);
        process.exitCode = exitCodes.refused;
      }
    });
}

/**
 * A view leaves out servers on purpose; the whole registry has none to leave out. Which of them it is, the caller says:
 * nobody signed the file there that says it too.
 */
function notExpected(
  { notCarried }: PublishedState,
  published: readonly string[] | undefined,
  audience: readonly string[] | undefined,
): Problem[] {
  const expected = audience && [...new Set(audience)].sort();
  if (sameJson(published ?? [], expected ?? [])) return expected === undefined ? notCarried.map(missing) : [];
  const [is, should] = [published, expected].map(viewWords);
  const message = `what is there says that it is ${is}, and ${should} is expected`;
  const remedy =
    'give --audience for each group of a view, and none for the whole registry; or publish again what belongs there';
  return [{ code: 'other-view', file: '', message, remedy }, ...notCarried.map(missing)];
}

const missing = (name: string): Problem => ({
  code: 'not-carried',
  file: manifestPath(name),
  message: `the record of ${name}, which the metadata names, is not there`,
  remedy: 'publish again with --all',
});

/** What is urgent is an error; the rest is a warning, as other commands give it. */
function problemsOf({ endings, approvals, signedAt }: PublishedState, now: Date): Problem[] {
  const urgent = endings.filter((each) => endsWithin(each, urgentDays, now));
  const urgentApprovals = approvals.filter(({ validUntil }) => endsWithin({ end: validUntil }, urgentDays, now));
  const others = approvals.filter((each) => !urgentApprovals.includes(each));
  const stale = now.getTime() - Date.parse(signedAt) > timestampStaleHours * 3_600_000;
  return [
    ...urgent.map((each) => endingProblem(each, '', now, true)),
    ...approvalsEndSoon(urgentApprovals, now, { urgent: true }),
    ...approvalsEndSoon(others, now),
    ...(stale
      ? [
          {
            code: 'stale-timestamp',
            file: '',
            message: `the newest timestamp was signed at ${signedAt}, more than ${timestampStaleHours} hours ago: hosts start no server that needs a newer one`,
            remedy: 'see why the signer did not sign one every six hours, or why it was not published',
          },
        ]
      : []),
  ];
}

/** The trust config that was given, or what this registry's offline keys signed first; in development what it made. */
async function trustFor(given: string | undefined, url: string): Promise<Trust> {
  const { roots, ceremony } = await readTrustFolder(here());
  const [root] = roots;
  if (given === undefined && root !== undefined && ceremony.targets !== undefined)
    return {
      config: {
        schemaVersion: 1,
        registry: { id: ceremony.targets.keyring.registry, url, environment: 'production' },
        root: { signatures: [...root.signatures], signed: root.signed },
        exportedAt: toSecond(new Date(0)),
      },
      ...{ groups: () => new Set<string>(), pins: new Map<string, string>(), refreshAfterMs: 0 },
    };
  const trust = await loadTrust(given ?? workspaceOf(here(), 'development').trust);
  return { ...trust, config: { ...trust.config, registry: { ...trust.config.registry, url } } };
}

const publicationSummary = (publication: Publication | undefined): Readonly<Record<string, unknown>> => {
  const [newest] = publication?.generations ?? [];
  return { generation: newest?.generation ?? null, generations: publication?.generations ?? [] };
};

function unfinishedProblems(publication: Publication | undefined, now: Date): Problem[] {
  const claim = publication?.claim;
  if (claim === undefined || isHeld(claim, now)) return [];
  return [
    {
      code: 'unfinished',
      file: '',
      message: `the publication that began at ${claim.since} ended on the way: pages of either generation may be there`,
      remedy: 'run `registry publish` again',
      severity: 'warning',
    },
  ];
}
