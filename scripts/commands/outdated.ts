import type { Command } from 'commander';
import { parseArtefactUrl } from '../../core/artefact.ts';
import { mapConcurrently } from '../../core/concurrency.ts';
import { Failure } from '../../core/failure.ts';
import { maxConcurrentDownloads } from '../../core/limits.ts';
import { indexOfUv } from '../../artefacts/pypi/uv.ts';
import { openSources } from '../../artefacts/open-sources.ts';
import { isVersioned, nameAndVersion, newerThan } from '../../artefacts/upstream.ts';
import { asProblem, type Problem } from '../../core/problem.ts';
import { Refusal } from '../../core/refusal.ts';
import { dayOf } from '../../core/time.ts';
import type { Policy } from '../../schemas/types.ts';
import { print, progress } from '../../host/output.ts';
import { readRegistryFiles, type ServerFiles } from '../../catalog/registry-files.ts';
import { waitingLines, type NewerVersions } from '../../artefacts/newer.ts';
import { forbiddenSource } from '../../review/checks/policy/source.ts';
import { conclude, here, named, withJson, type CommonOptions } from './common.ts';

/** A server's package, and what is newer upstream. */
interface Upstream extends NewerVersions {
  readonly name: string;
  readonly package: string;
  readonly current: string;
}

interface Answer {
  readonly upstream?: Upstream;
  readonly problem?: Problem;
}

/** `registry outdated`: which servers have newer versions upstream, and which of those may be adopted. */
export function outdated(program: Command): void {
  withJson(program.command('outdated [names...]'))
    .description('list the newer versions that policy lets servers have, and those that are still too new')
    .action(async (names: string[], { json }: CommonOptions) => {
      const repository = await readRegistryFiles(here());
      const { policy } = repository;
      if (policy === undefined) return conclude(json, repository.problems, {}, []);
      const unreadable = repository.problems.filter(({ file }) => names.length === 0 && file.endsWith('.yaml'));
      const { cooldown_days: cooldownDays } = policy.value.packages;
      const asked = await askUpstream(named(repository, names), policy.value, new Date());
      const servers = asked.flatMap(({ upstream }) => upstream ?? []);
      const problems = [...unreadable, ...asked.flatMap(({ problem }) => problem ?? [])];
      const behind = servers.filter(
        ({ newest, cooling, undated }) => newest !== undefined || cooling.length + undated.length > 0,
      );
      // What was answered is worth knowing, also where the rest was not.
      if (!json) print(false, undefined, [...behind.flatMap(upstreamLines), summary(behind.length, servers.length)]);
      conclude(json, problems, { cooldownDays, servers }, []);
    });
}

/** Asks the registries about every server that they publish in versions; what they do not answer is a problem. */
async function askUpstream(servers: readonly ServerFiles[], policy: Policy, now: Date): Promise<readonly Answer[]> {
  const policies = { policies: [policy], today: dayOf(now) };
  const sources = await openSources({ defaultIndex: indexOfUv });
  const published = servers.flatMap((server) => {
    const { file, value } = server.manifest;
    const artefact = value.artefact === undefined ? undefined : parseArtefactUrl(value.artefact.url);
    const forbidden = forbiddenSource(server, policies);
    return isVersioned(artefact) ? [{ name: server.name, file, artefact, forbidden }] : [];
  });
  const onAsked = progress('asking');
  let done = 0;
  return mapConcurrently(
    published,
    maxConcurrentDownloads,
    async ({ name, file, artefact, forbidden }): Promise<Answer> => {
      if (forbidden !== undefined) return { problem: forbidden };
      try {
        const { name: of, version: current } = nameAndVersion(artefact);
        const newer = await newerThan(artefact, policy.packages.cooldown_days, now, sources);
        return { upstream: { name, package: of, current, ...newer } };
      } catch (error) {
        if (!(error instanceof Failure || error instanceof Refusal)) throw error;
        return { problem: asProblem(error, 'upstream', file) };
      } finally {
        onAsked(++done, published.length);
      }
    },
  );
}

const upstreamLines = (upstream: Upstream): string[] => {
  const { name, current, newest, publishedAt = '' } = upstream;
  return [
    `${name} ${current}${newest === undefined ? '' : ` → ${newest}, published ${publishedAt.slice(0, 10)}`}`,
    ...waitingLines(upstream).map((line) => `  ${line}`),
  ];
};

const summary = (behind: number, asked: number): string =>
  behind === 0
    ? `of ${asked} servers from npm, PyPI and container registries, none has a newer version`
    : `of ${asked} servers from npm, PyPI and container registries, ${behind} ${behind === 1 ? 'has' : 'have'} newer versions`;
