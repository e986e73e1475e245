import type { Command } from 'commander';
import { packageCount } from '../../artefacts/loaded.ts';
import { reviewableJson, sameJson } from '../../core/canonical.ts';
import { Failure, UsageError } from '../../core/failure.ts';
import { versionFault } from '../../core/manifest.ts';
import { countOffers, kindOf } from '../../core/offers.ts';
import { asProblem, type Problem } from '../../core/problem.ts';
import { Refusal } from '../../core/refusal.ts';
import { dayOf, toSecond } from '../../core/time.ts';
import { lockPath } from '../../core/statement.ts';
import { say } from '../../host/output.ts';
import type { Lock, Manifest } from '../../schemas/types.ts';
import { readBase } from '../../catalog/base.ts';
import { baseCommit } from '../../catalog/base-commit.ts';
import { changedLocks, changesSince } from '../../catalog/changes.ts';
import { replaceFile } from '../../catalog/write-file.ts';
import { readRegistryFiles, type RegistryFiles, type ServerFiles } from '../../catalog/registry-files.ts';
import { checkRegistryFiles } from '../../catalog/rules.ts';
import { canCapture } from '../../resolve/capture.ts';
import { proveLockAndTools } from '../../resolve/proof.ts';
import { cooledDown, makeLock, type CaptureMode, type Resolver } from '../../resolve/lock.ts';
import { forbiddenSource } from '../../review/checks/policy/source.ts';
import { appliedPolicies } from '../../review/verdict/verdict.ts';
import { conclude, here, named, openResolver, withJson, type CommonOptions } from './common.ts';

interface LockOptions extends CommonOptions {
  readonly check?: true;
  readonly base?: string;
  readonly asOf?: string;
  /** Absent where neither option is given. */
  readonly capture?: false;
  readonly network?: true;
  readonly privateNetwork?: true;
}

/** `registry lock`: resolves manifests to their closures and tools; `--check` proves the locks that there are. */
export function lock(program: Command): void {
  withJson(program.command('lock [names...]'))
    .description('pin everything that a manifest loads, and capture what the server offers')
    .option('--check', 'write nothing; check every lock, and the changed ones against their packages')
    .option('--base <ref>', 'with --check: what changed is what differs from this commit')
    .option('--as-of <time>', "resolve as of this moment (default: now, less the policy's cooldown)")
    .option('--network', 'capture tools with a network, for a server that asks a service for them; CI does so too')
    .option(
      '--no-capture',
      'start nothing; the lock says that its tools are not captured, and the policy decides about that',
    )
    .option('--private-network', 'ask an endpoint also where it is not on the public internet')
    .action(async (names: string[], options: LockOptions) => {
      if (options.network && options.capture === false)
        throw new UsageError('--network and --no-capture exclude each other', 'give one of them');
      const repository = await readRegistryFiles(here());
      if (options.check) return check(repository, options);
      return write(repository, names, options);
    });
}

async function write(
  repository: RegistryFiles,
  names: readonly string[],
  { asOf: given, json, network, capture: wanted, privateNetwork }: LockOptions,
): Promise<void> {
  const servers = named(repository, names);
  // What is wrong with a lock is fixed by writing it again; a manifest that cannot be read cannot be locked.
  const unreadable = repository.problems.filter(({ file }) => file.endsWith('.yaml'));
  const moment = given === undefined ? cooledDown(new Date(), repository.policy?.value) : new Date(given);
  if (Number.isNaN(moment.getTime()))
    throw new UsageError(`${given ?? ''} is no moment`, 'write it as 2026-04-15T09:30:00Z');
  const uncaptured: string[] = [];
  const written = [];
  const refused: Problem[] = [];
  // A change to the policy counts only in the review, which also asks the policy of the main branch.
  const policies = {
    policies: repository.policy === undefined ? [] : [repository.policy.value],
    today: dayOf(new Date()),
  };
  for (const server of servers) {
    const { name, manifest, lock: before } = server;
    const fault = versionFault(manifest.value);
    if (fault !== undefined) {
      refused.push({ file: manifest.file, ...manifest.locate(['version']), ...fault });
      continue;
    }
    const forbidden = forbiddenSource(server, policies);
    if (forbidden !== undefined) {
      refused.push(forbidden);
      continue;
    }
    const asOf = new Date(toSecond(moment));
    // Where all are locked, each stays as it was: what one server needs is not said for the others.
    const asBefore = names.length === 0 ? before?.value.capture : undefined;
    const mode = await captureMode(manifest.value, wanted === false ? 'none' : network ? 'network' : asBefore);
    const confines = await canCapture(manifest.value);
    const resolver = await openResolver(here(), name, privateNetwork);
    const fresh = await makeLock(manifest.value, asOf, mode, resolver);
    if (!confines && wanted !== false) uncaptured.push(name);
    const made = wanted !== false && !confines ? withOffersOf(before?.value, fresh) : fresh;
    // The same as of another day is no change: there would be nothing to review.
    const unchanged =
      before !== undefined && sameJson(before.value, { ...made, resolvedAsOf: before.value.resolvedAsOf });
    if (!unchanged) await replaceFile(here(), lockPath(name), reviewableJson(made));
    const packages = packageCount(made);
    written.push({ name, packages, tools: made.tools.length, captured: made.capture !== 'none', unchanged });
    const notes = [
      ...(made.capture === 'none' ? ['not captured'] : mode === 'none' ? ['not captured now'] : []),
      ...(made.capture === 'network' && made.artefact !== undefined ? ['captured with a network'] : []),
      ...(made.unpinned ?? []).map((list) => `${kindOf(list).one}s not pinned`),
      ...(unchanged ? ['unchanged'] : []),
    ];
    const loads = made.artefact === undefined ? 'an endpoint, of which no byte is pinned' : `${packages} packages`;
    if (!json) say(`${name}: ${[loads, countOffers(made), ...notes].join(', ')}`);
  }
  if (uncaptured.length > 0) say(whyNotCaptured(uncaptured.join(' ')));
  conclude(json, [...(names.length === 0 ? unreadable : []), ...refused], { locked: written }, []);
}

/** How tools are captured here: as it is wanted, but not at all where there is no sandbox. An endpoint is always asked. */
export const captureMode = async (manifest: Manifest, wanted: Lock['capture']): Promise<CaptureMode> =>
  wanted === 'none' || !(await canCapture(manifest))
    ? 'none'
    : (wanted ?? (manifest.remote === undefined ? 'sandbox' : 'network'));

export const whyNotCaptured = (names: string): string =>
  `tools are captured on Linux with bubblewrap, and those of images with Podman or Docker, which is not here or may not run: install it and run \`registry lock ${names}\` again`;

/** Where nothing can be captured, the same code is known to offer the same. */
function withOffersOf(before: Lock | undefined, made: Lock): Lock {
  if (before === undefined || !sameJson(before.closure, made.closure)) return made;
  const { schemaVersion, name, version, artefact, resolvedAsOf } = made;
  return { ...before, schemaVersion, name, version, ...(artefact !== undefined && { artefact }), resolvedAsOf };
}

async function check(repository: RegistryFiles, { base, json, privateNetwork }: LockOptions): Promise<void> {
  const commit = await baseCommit(here(), base, repository.registry?.value.main_branch ?? 'main');
  const problems: Problem[] = [...repository.problems, ...checkRegistryFiles(repository)];
  const changed =
    commit === undefined ? repository.servers : changedLocks(repository, await changesSince(here(), commit));
  const compared = await readBase(here(), repository, commit);
  const resolver = changed.length === 0 ? undefined : await openResolver(here(), 'fetching packages', privateNetwork);
  for (const server of changed) {
    const forbidden = forbiddenSource(
      server,
      appliedPolicies(server.name, repository.policy?.value, compared, dayOf(new Date())),
    );
    if (forbidden !== undefined) problems.push(forbidden);
    else if (resolver !== undefined) problems.push(...(await prove(server, resolver)));
  }
  const locked = repository.servers.filter((server) => server.lock !== undefined).length;
  conclude(json, problems, { locks: locked, proved: changed.map(({ name }) => name) }, [
    `${locked} locks hold; ${changed.length} changed and are what their packages say`,
  ]);
}

async function prove({ manifest, lock: locked }: ServerFiles, resolver: Resolver): Promise<Problem[]> {
  if (locked === undefined) return [];
  const captures = locked.value.capture !== 'none' && (await canCapture(manifest.value));
  try {
    const faults = await proveLockAndTools(manifest.value, locked.value, captures, resolver);
    return faults.map((problem) => ({ file: locked.file, ...problem }));
  } catch (error) {
    if (!(error instanceof Failure || error instanceof Refusal)) throw error;
    return [asProblem(error, 'lock', locked.file)];
  }
}
