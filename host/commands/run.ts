import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { messageOf, UsageError } from '../../core/failure.ts';
import { planLaunch, type LaunchPlan } from '../../artefacts/launch/plan.ts';
import type { RunningServer } from '../../artefacts/launch/running.ts';
import { refreshWhileRunningMs } from '../../core/limits.ts';
import { commandLine } from '../../artefacts/launch/command.ts';
import { imageLock } from '../../artefacts/kinds.ts';
import { placeInContainer, stateInContainer } from '../../artefacts/oci/mounts.ts';
import { ignoreNamedAuthorities } from '../certificates.ts';
import type { CommandSpec } from '../command-line.ts';
import { lifecycleNotice } from '../launch/lifecycle-notice.ts';
import { serve } from '../launch/serve.ts';
import { findSecrets } from '../credentials/find.ts';
import { startServer } from '../launch/start.ts';
import { watch } from '../launch/watch.ts';
import { Refusal } from '../../core/refusal.ts';
import type { InstalledTree } from '../../store/installed-tree.ts';
import { progress, say } from '../output.ts';
import type { VerifiedServer } from '../trust/approved-servers.ts';
import type { Servers } from '../servers.ts';
import { openServers, parseSpec } from './common.ts';
import { refuseEndpoint } from './endpoint.ts';

/** `countersign run`: checks every byte of a server, starts it, and stays between it and its client. */
export const run: CommandSpec = {
  name: 'run',
  words: '<name[@version]>',
  description: 'check every byte of a server, then start it',
  count: [1, 1],
  passesOn: true,
  run: async ({ words, rest, options }) => {
    ignoreNamedAuthorities(process.env);
    const { name, version } = parseSpec(words[0]);
    const servers = await openServers(options);
    const ready = await servers.audited('launch', words[0] ?? '', async () => {
      const server = await servers.registry.server(name, version);
      refuseEndpoint(server);
      const stateFolder = await servers.stateFolderOf(server);
      const paths = new Map([['HOME', [homedir()]]]);
      const secrets = await findSecrets(server.approval.server, servers.secretsOf(name), process.env);
      const launch = plan(server, rest, stateFolder, paths, secrets.environment);
      // An engine may start helpers to fetch an image. A package is fetched with npm's own configuration, which may name variables.
      if (launch.program.runs === 'container') secrets.hide(process.env);
      await servers.install(server, progress(`installing ${name}`));
      const tree = servers.checkInstalled(server, launch.environment);
      checkProgram(launch, tree);
      secrets.hide(process.env);
      return { server, launch, tree, stateFolder, paths };
    });
    for (const line of lifecycleNotice(ready.server) ?? []) say(line);
    const recheck = async (): Promise<void> => {
      const { registry } = await openServers({ ...options, refresh: true });
      await registry.server(name, ready.server.entry.version);
    };
    const running = async (): Promise<number> => {
      const exitCode = await start(servers, ready, recheck);
      servers.ended(ready.server, exitCode);
      return exitCode;
    };
    process.exitCode = await servers.trail.forwardWhile(running, sayNotForwarded);
  },
};

interface Ready {
  readonly server: VerifiedServer;
  readonly launch: LaunchPlan;
  readonly tree: InstalledTree;
  readonly stateFolder: string;
  /** The user's own, by the name of the input that they were given for. */
  readonly paths: ReadonlyMap<string, readonly string[]>;
}

/** Serves it until it ends, or may no longer run. `recheck` throws a Refusal then. */
async function start(servers: Servers, ready: Ready, recheck: () => Promise<void>): Promise<number> {
  const stop = new AbortController();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const;
  for (const signal of signals) process.on(signal, () => stop.abort(signal));
  const unwatch = watch(recheck, refreshWhileRunningMs, stop);
  try {
    const running = await started(servers, ready);
    const wordsFile = servers.wordsFileOf(ready.server);
    return await serve({ server: ready.server, running, report: () => undefined, stop: stop.signal, wordsFile });
  } finally {
    unwatch();
  }
}

async function started(servers: Servers, { server, launch, tree, stateFolder, paths }: Ready): Promise<RunningServer> {
  const { program, arguments: words, environment } = launch;
  if (program.runs !== 'container')
    return startServer(commandLine(program, words, servers.installedAt(server, tree)), environment, stateFolder);
  const image = await servers.imageOf(server);
  if (image === undefined) throw new Error('a container needs an image');
  return image.start(server.approval.server, { plan: launch, paths, stateFolder });
}

const sayNotForwarded = (error: unknown): void =>
  say(`countersign: audit events wait to be forwarded: ${messageOf(error)}`);

/** What is started must be one of the files that were just checked. @throws Refusal E_LOCK */
function checkProgram({ program }: LaunchPlan, { files, executables }: InstalledTree): void {
  // A module is looked for among the files that were checked, and in Python's own library.
  if (program.runs === 'python' || program.runs === 'container') return;
  const remedy = 'tell the operator of the registry: the lock is broken';
  const file = program.runs === 'itself' ? program.file : program.script;
  if (!files.has(file)) throw new Refusal('E_LOCK', `${file} is not a file of the approved closure`, remedy);
  if (program.runs === 'itself' && process.platform !== 'win32' && !executables.has(file))
    throw new Refusal('E_LOCK', `${file} is not executable, and is to run itself`, remedy);
}

/** @throws UsageError with the first thing that the user must change; all others are printed before that. */
function plan(
  { approval, lock }: VerifiedServer,
  given: readonly string[],
  stateFolder: string,
  paths: Map<string, string[]>,
  environment: Readonly<Record<string, string | undefined>>,
): LaunchPlan {
  const inContainer = imageLock(lock) !== undefined;
  const planned = planLaunch(approval.server, lock, {
    os: process.platform,
    given,
    environment,
    stateFolder: inContainer ? stateInContainer : stateFolder,
    resolvePath: (path, input) => {
      const absolute = resolve(path);
      paths.set(input, [...(paths.get(input) ?? []), absolute]);
      return inContainer ? placeInContainer(absolute) : absolute;
    },
  });
  if (planned.ok) return planned.plan;
  const [first, ...more] = planned.problems;
  for (const { message, remedy } of more) say(`countersign: ${message}`, `  ${remedy}`);
  throw new UsageError(first?.message ?? 'the server cannot be started', first?.remedy ?? 'report this');
}
