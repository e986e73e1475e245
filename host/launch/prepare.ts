/**
 * Everything that comes before a server is used: it is verified and planned; one that runs here is installed, and every byte of it
 * checked.
 */
import { resolve } from 'node:path';
import { commandLine } from '../../artefacts/launch/command.ts';
import { imageLock } from '../../artefacts/kinds.ts';
import { planLaunch, type LaunchPlan } from '../../artefacts/launch/plan.ts';
import { placeInContainer, stateInContainer } from '../../artefacts/oci/mounts.ts';
import { Refusal } from '../../core/refusal.ts';
import type { InstalledTree } from '../../store/installed-tree.ts';
import type { AuditEvent } from '../../schemas/types.ts';
import { containServer, type ContainedServer } from '../sandbox/contain.ts';
import { bindingTo, requestTo } from '../remote/request-to.ts';
import type { ReadyElsewhere } from '../remote/open-endpoint.ts';
import { environmentOf } from './start.ts';
import { findSecrets } from '../credentials/find.ts';
import { homeFolders } from '../home.ts';
import { progress } from '../output.ts';
import { usageErrorOf } from './usage-error.ts';
import type { Servers } from '../servers.ts';
import type { VerifiedServer } from '../trust/approved-servers.ts';

/** A server that may be used now. */
export type Ready = ReadyHere | ReadyElsewhere;

export interface ReadyHere extends Checked {
  readonly containment: AuditEvent['containment'];
  /** Absent for a container, which its engine confines. */
  readonly contained?: ContainedServer;
}

/** A server of which every byte was checked. */
interface Checked {
  readonly server: VerifiedServer;
  readonly launch: LaunchPlan;
  readonly tree: InstalledTree;
  readonly stateFolder: string;
  /** The user's own, by the name of the input that they were given for. */
  readonly paths: ReadonlyMap<string, readonly string[]>;
}

/** `given` are the user's words, and `trust` the file that they name. The attempt is written to the audit trail. @throws Refusal, Failure, UsageError */
export async function prepare(
  servers: Servers,
  { name, version }: { readonly name: string; readonly version?: string },
  given: readonly string[],
  trust: string | undefined,
): Promise<Ready> {
  const asked = version === undefined ? name : `${name}@${version}`;
  let contained: ContainedServer | undefined;
  const attempt = async (): Promise<Ready> => {
    const server = await servers.registry.server(name, version);
    if (server.approval.server.remote !== undefined) return prepareEndpoint(servers, server, given);
    const stateFolder = await servers.stateFolderOf(server);
    const paths = new Map([['HOME', homeFolders().slice(0, 1)]]);
    const secrets = await findSecrets(server.approval.server, servers.secretsOf(name), process.env);
    const launch = plan(server, given, stateFolder, paths, secrets.environment);
    // An engine may start helpers to fetch an image. A package is fetched with npm's own configuration, which may name variables.
    if (launch.program.runs === 'container') secrets.hide(process.env);
    await servers.install(server, progress(`installing ${name}`));
    const tree = servers.checkInstalled(server, launch.environment);
    checkProgram(launch, tree);
    secrets.hide(process.env);
    const checked = { server, launch, tree, stateFolder, paths };
    contained = await contain(servers, checked, trust);
    // A container's engine confines it.
    return {
      ...checked,
      containment: contained?.containment ?? 'container',
      ...(contained !== undefined && { contained }),
    };
  };
  try {
    return await servers.audited('launch', asked, attempt);
  } catch (error) {
    // What could not be written down is not started, and its way out is closed.
    await contained?.end();
    throw error;
  }
}

/** @throws UsageError, Refusal, Failure */
async function prepareEndpoint(
  servers: Servers,
  server: VerifiedServer,
  given: readonly string[],
): Promise<ReadyElsewhere> {
  const request = await requestTo(servers, server, given);
  if (server.approval.server.remote?.authorization === undefined) return { server, request };
  const { openAccess } = await import('../remote/on-demand.ts');
  return {
    server,
    request,
    access: await openAccess(servers.signInsOf(server.record.name), bindingTo(server, request)),
  };
}

/** Undefined for a container. @throws Refusal E_SANDBOX */
async function contain(
  servers: Servers,
  { server, launch, tree, stateFolder, paths }: Checked,
  trust: string | undefined,
): Promise<ContainedServer | undefined> {
  const { program, arguments: words, environment } = launch;
  if (program.runs === 'container') return undefined;
  const installed = servers.installedAt(server, tree);
  const line = commandLine(program, words, installed);
  return containServer(
    {
      ...{ server: server.approval.server, line, root: tree.root, stateFolder, paths },
      environment: environmentOf(line, environment),
      libraries: program.runs.startsWith('python') && installed.python !== undefined ? [installed.python().prefix] : [],
    },
    servers.machine(trust === undefined ? [] : [resolve(trust)]),
  );
}

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
  throw usageErrorOf(planned.problems);
}
