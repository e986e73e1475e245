import type { Command } from 'commander';
import writeFileAtomic from 'write-file-atomic';
import { reviewableJson } from '../../core/canonical.ts';
import { hasErrors, type Problem } from '../../core/problem.ts';
import { configuredIndex } from '../../artefacts/pypi/index-address.ts';
import type { TrustConfig } from '../../schemas/types.ts';
import type { Identity } from '../../signer/identity.ts';
import { workspaceOfView } from '../../catalog/workspace.ts';
import { indexOfUv } from '../../artefacts/pypi/uv.ts';
import { openSources } from '../../artefacts/open-sources.ts';
import { print, progress, say } from '../../host/output.ts';
import { buildRegistry, type BuildResult } from '../publish/build.ts';
import { trustConfigOf } from '../../signer/identity.ts';
import { prepare } from '../../signer/prepare.ts';
import { serveDist } from '../publish/server.ts';
import { signRegistry } from '../../signer/sign-registry.ts';
import { askSecret } from '../terminal.ts';
import { programDigest, version } from '../version.ts';
import { conclude, here, sayProblems, withJson, type CommonOptions } from './common.ts';
import { defaultPort, parsePort, type PortOption } from './serve.ts';
import { withAudience, type AudienceOption } from './view-options.ts';

interface DevOptions extends CommonOptions, AudienceOption, PortOption {
  readonly once?: true;
}

/** `registry dev`: checks, signs with the development key, builds and serves. */
export function dev(program: Command): void {
  withAudience(withJson(program.command('dev')), 'build and serve')
    .description('do it all on this machine: check, sign with a development key, build, serve')
    .option('--once', 'build, and do not serve')
    .option('--port <number>', 'the port to serve on', parsePort, defaultPort)
    .action(async ({ json, once, port, audience }: DevOptions) => {
      const now = new Date();
      const step = stepsOf(json);
      const url = `http://localhost:${port}`;

      const preparation = await prepare(here(), {
        now,
        readSecret: askSecret,
        program: programDigest(),
        development: true,
      });
      if (!preparation.ok) return conclude(json, preparation.problems, {}, []);
      const { prepared } = preparation;
      if (hasErrors(prepared.problems)) return conclude(json, prepared.problems, {}, []);
      const { workspace, identity, servers } = prepared;
      step(`checked ${servers.length} servers`);

      const signed = await signRegistry({
        ...prepared,
        now,
        version,
        openSources: () => openSources({ defaultIndex: indexOfUv }),
        onFetched: progress('fetching and hashing packages'),
      });
      const left = withoutIndex(signed.problems);
      const found = signed.problems.map((problem) => asWarning(problem, left));
      if (hasErrors(found)) return conclude(json, found, {}, []);
      if (!json) sayProblems(found);
      const { approved } = signed;
      step(approved.length === 0 ? 'nothing new to sign' : `fetched, hashed and signed ${approved.length} versions`);

      // Before the build takes its time: a port in use is better known now.
      const { dist } = audience === undefined ? workspace : workspaceOfView(workspace, audience);
      const server = once ? undefined : await serveDist(dist, { port, uncached: true });
      const build = async (): Promise<BuildResult> => {
        await writeFileAtomic(workspace.trust, Buffer.from(reviewableJson(await trustOf(identity, url, now))));
        return buildRegistry(prepared, now, audience === undefined ? {} : { audience });
      };
      // As long as it serves, the command does not end.
      const built = await build().catch((error: unknown) => {
        server?.close();
        throw error;
      });
      const { files } = built;
      const problems = built.problems.map((problem) => asWarning(problem, left));
      if (hasErrors(problems)) {
        server?.close();
        return conclude(json, problems, {}, []);
      }
      if (!json) sayProblems(problems);
      step(`built ${files} files and their pages`);

      if (json)
        print(
          json,
          { schemaVersion: 1, ok: true, url: once ? null : url, approved, files, trust: workspace.trust, problems },
          [],
        );
      else if (server !== undefined)
        // Of this clone, with its Node. Without --no, npx would run what npm has of that name, where nothing is installed.
        say('', `open ${url}`, 'try  npx --no countersign run memory --trust .registry/trust.json');
    });
}

/** The files of the servers that come from a package index, where nothing names one. All others are shown. */
const withoutIndex = (problems: readonly Problem[]): ReadonlySet<string> =>
  new Set(
    problems
      .filter(({ code }) => code === 'no-index')
      .flatMap(({ file }) => [file, file.replace(/\.lock\.json$/u, '.yaml')]),
  );

const asWarning = (problem: Problem, left: ReadonlySet<string>): Problem =>
  left.has(problem.file) && ['no-index', 'not-approved'].includes(problem.code)
    ? { ...problem, severity: 'warning' }
    : problem;

/** Hosts do not ask uv: what it says is written down for them. */
async function trustOf(identity: Identity, url: string, now: Date): Promise<TrustConfig> {
  const index = configuredIndex() === undefined ? await indexOfUv() : undefined;
  return { ...trustConfigOf(identity, url, now), ...(index !== undefined && { pythonIndex: index.url }) };
}

/** A line a step, with the time that it took. */
function stepsOf(json: true | undefined): (what: string) => void {
  let since = performance.now();
  return (what) => {
    const seconds = ((performance.now() - since) / 1000).toFixed(1);
    since = performance.now();
    if (!json) say(`${what} (${seconds} s)`);
  };
}
