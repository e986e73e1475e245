import type { Command } from 'commander';
import { reviewableJson, sameJson } from '../../core/canonical.ts';
import { Failure, UsageError } from '../../core/failure.ts';
import { asProblem, type Problem } from '../../core/problem.ts';
import { Refusal } from '../../core/refusal.ts';
import { toSecond } from '../../core/time.ts';
import { lockPath } from '../../core/statement.ts';
import { say } from '../../host/output.ts';
import type { Lock } from '../../schemas/types.ts';
import { baseCommit } from '../../catalog/base-commit.ts';
import { changedLocks, changesSince } from '../../catalog/changes.ts';
import { replaceFile } from '../../catalog/write-file.ts';
import { readRegistryFiles, type RegistryFiles, type ServerFiles } from '../../catalog/registry-files.ts';
import { checkRegistryFiles } from '../../catalog/rules.ts';
import { proveLockAndTools } from '../../resolve/proof.ts';
import { cooledDown, makeLock, type Resolver } from '../../resolve/lock.ts';
import { canConfine } from '../../resolve/sandbox.ts';
import { conclude, here, named, openResolver, withJson, type CommonOptions } from './common.ts';

interface LockOptions extends CommonOptions {
  readonly check?: true;
  readonly base?: string;
  readonly asOf?: string;
}

/** `registry lock`: resolves manifests to their closures and tools; `--check` proves the locks that there are. */
export function lock(program: Command): void {
  withJson(program.command('lock [names...]'))
    .description('pin everything that a manifest loads, and capture its tools')
    .option('--check', 'write nothing; check every lock, and the changed ones against their packages')
    .option('--base <ref>', 'with --check: what changed is what differs from this commit')
    .option('--as-of <time>', "resolve as of this moment (default: now, less the policy's cooldown)")
    .action(async (names: string[], options: LockOptions) => {
      const repository = await readRegistryFiles(here());
      if (options.check) return check(repository, options);
      return write(repository, names, options);
    });
}

async function write(
  repository: RegistryFiles,
  names: readonly string[],
  { asOf: given, json }: LockOptions,
): Promise<void> {
  const servers = named(repository, names);
  // What a lock has against it is mended by writing it anew; a manifest that cannot be read cannot be locked.
  const unreadable = repository.problems.filter(({ file }) => file.endsWith('.yaml'));
  const moment = given === undefined ? cooledDown(new Date(), repository.policy?.value) : new Date(given);
  if (Number.isNaN(moment.getTime()))
    throw new UsageError(`${given ?? ''} is no moment`, 'write it as 2026-04-15T09:30:00Z');
  const capture = await canConfine();
  const written = [];
  for (const { name, manifest, lock: before } of servers) {
    const asOf = new Date(toSecond(moment));
    const fresh = await makeLock(manifest.value, asOf, capture, await openResolver(here(), name));
    const made = capture ? fresh : withToolsOf(before?.value, fresh);
    // The same as of another day is no change: there would be nothing to review.
    const unchanged =
      before !== undefined && sameJson(before.value, { ...made, resolvedAsOf: before.value.resolvedAsOf });
    if (!unchanged) await replaceFile(here(), lockPath(name), reviewableJson(made));
    const packages = Object.keys(made.closure.packages).length;
    written.push({ name, packages, tools: made.tools.length, captured: capture, unchanged });
    const notes = [...(capture ? [] : ['not captured now']), ...(unchanged ? ['unchanged'] : [])];
    if (!json) say(`${name}: ${[`${packages} packages`, `${made.tools.length} tools`, ...notes].join(', ')}`);
  }
  if (!capture)
    say(
      'tools are captured on Linux with bubblewrap, which is not here or may not run: install the package `bubblewrap` and run `registry lock` again, or let CI do it',
    );
  conclude(json, names.length === 0 ? unreadable : [], { locked: written }, []);
}

/** Where nothing can be captured, the same code is known to have the same tools. */
function withToolsOf(before: Lock | undefined, made: Lock): Lock {
  if (before === undefined || !sameJson(before.closure, made.closure)) return made;
  return { ...made, tools: before.tools, instructions: before.instructions };
}

async function check(repository: RegistryFiles, { base, json }: LockOptions): Promise<void> {
  const commit = await baseCommit(here(), base, repository.registry?.value.main_branch ?? 'main');
  const problems: Problem[] = [...repository.problems, ...checkRegistryFiles(repository)];
  const changed =
    commit === undefined ? repository.servers : changedLocks(repository, await changesSince(here(), commit));
  const resolver = changed.length === 0 ? undefined : await openResolver(here(), 'fetching packages');
  for (const server of changed) if (resolver !== undefined) problems.push(...(await prove(server, resolver)));
  const locked = repository.servers.filter((server) => server.lock !== undefined).length;
  conclude(json, problems, { locks: locked, proved: changed.map(({ name }) => name) }, [
    `${locked} locks hold; ${changed.length} changed and are what their packages say`,
  ]);
}

async function prove({ manifest, lock: locked }: ServerFiles, resolver: Resolver): Promise<Problem[]> {
  if (locked === undefined) return [];
  try {
    const faults = await proveLockAndTools(manifest.value, locked.value, await canConfine(), resolver);
    return faults.map((problem) => ({ file: locked.file, ...problem }));
  } catch (error) {
    if (!(error instanceof Failure || error instanceof Refusal)) throw error;
    return [asProblem(error, 'lock', locked.file)];
  }
}
