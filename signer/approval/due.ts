/** What is due: the tip of each server that has no approval as it stands, and nothing else may hinder. */
import { isEnded, nextBuild } from '../../core/lifecycle.ts';
import type { Problem } from '../../core/problem.ts';
import { manifestPath } from '../../core/statement.ts';
import { toSecond } from '../../core/time.ts';
import type { Environment } from '../../schemas/types.ts';
import { checkRanges, endedBeforeApproval } from '../../catalog/history-rules.ts';
import type { OpenApproval, StoredApproval } from '../../catalog/published.ts';
import { deletedManifest, stillRunning, type Tip, type WantedServer } from '../../catalog/wanted.ts';
import { approvalDue } from './approval.ts';

export interface Due {
  readonly candidates: readonly Tip[];
  /** Each is about one server. */
  readonly problems: readonly Problem[];
}

export interface DueOptions {
  readonly environment: Environment;
  readonly now: Date;
  /** Servers whose own files or approvals are at fault: nothing new of them is approved. */
  readonly held: ReadonlySet<string>;
  readonly open: OpenApproval;
}

export async function findDue(
  servers: readonly WantedServer[],
  approvals: ReadonlyMap<string, readonly StoredApproval[]>,
  { environment, now, held, open }: DueOptions,
): Promise<Due> {
  const candidates: Tip[] = [];
  const problems: Problem[] = [];
  for (const { name, tip, states, lifecycle } of servers) {
    const stored = (approvals.get(name) ?? []).filter(({ worthless }) => worthless !== true);
    const approved = [...new Set(stored.map(({ version }) => version))];
    problems.push(...checkRanges(name, approved, lifecycle));
    if (held.has(name)) continue;
    if (tip === undefined) {
      // With a manifest that is there and has no lock, something else is wrong.
      const running = stillRunning(approved, lifecycle);
      if (states.length > 0 && running.length > 0) problems.push(deletedManifest(name, running));
      continue;
    }
    const { version } = tip.manifest;
    if (isEnded(lifecycle, version)) {
      if (approved.length > 0 && !approved.includes(version))
        problems.push(endedBeforeApproval(name, version, lifecycle));
      continue;
    }
    const needed = await approvalDue(tip, stored, { now, environment, open });
    if (needed.kind === 'conflict') problems.push(conflict(tip, needed.differs));
    else if (needed.kind === 'due' && tip.committedAt !== undefined && tip.committedAt > now)
      problems.push(ofTheFuture(tip, tip.committedAt, now));
    else if (needed.kind === 'due') candidates.push(tip);
  }
  return { candidates, problems };
}

const conflict = ({ manifest: { name, version } }: Tip, differs: string): Problem => ({
  code: 'approved-otherwise',
  file: manifestPath(name),
  message: `${name} ${version} was approved before, and ${differs} was another then`,
  remedy: `give it a new version, such as ${nextBuild(version)}; an approval is never replaced`,
});

const ofTheFuture = ({ manifest: { name, version }, commit = '' }: Tip, committedAt: Date, now: Date): Problem => ({
  code: 'commit-in-future',
  file: manifestPath(name),
  message: `${name} ${version} was merged at ${toSecond(committedAt)} by the commit ${commit.slice(0, 12)}, and it is ${toSecond(now)} here`,
  remedy:
    'set the clock of this machine if it is wrong; if that of the commit was, merge a change of this server again',
});
