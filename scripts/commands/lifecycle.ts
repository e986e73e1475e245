/** `registry revoke` and `registry deprecate`: edit a manifest's lifecycle, for a pull request. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { valid } from 'semver';
import { didYouMean } from '../../core/did-you-mean.ts';
import { UsageError } from '../../core/failure.ts';
import { canHold, holds, isVersionSet } from '../../core/lifecycle.ts';
import { readManifest } from '../../core/manifest.ts';
import type { LifecycleEntry, VersionSet } from '../../schemas/types.ts';
import { isTracked } from '../../catalog/git.ts';
import { readHistory, versionOf } from '../../catalog/history.ts';
import { withLifecycleEntry } from '../../catalog/lifecycle-edit.ts';
import { readRegistryFiles } from '../../catalog/registry-files.ts';
import { replaceFile } from '../../catalog/write-file.ts';
import { conclude, here, named, withJson, type CommonOptions } from './common.ts';
import { dayOf } from '../../core/time.ts';

interface LifecycleOptions extends CommonOptions {
  readonly versions: string;
  readonly reason: string;
  readonly since?: string;
  readonly advisory?: string;
  readonly sunset?: string;
  readonly replacedBy?: string;
  readonly guide?: string;
}

const withVersions = (command: Command): Command =>
  withJson(command)
    .requiredOption('--versions <set>', 'a semver range, `*`, or exact versions with commas between them')
    .requiredOption('--reason <text>', 'why, for the people who run it')
    .option('--since <day>', 'the day from which it holds; today if left out')
    .option('--advisory <id>', 'the advisory behind it, such as CVE-2026-12345')
    .option('--replaced-by <name>', 'the server to use instead')
    .option('--guide <url>', 'how to move');

export function revoke(program: Command): void {
  withVersions(program.command('revoke <name>'))
    .description('refuse versions of a server on every host, from the next status on')
    .action((name: string, options: LifecycleOptions) => edit(name, 'revoked', options));
}

export function deprecate(program: Command): void {
  withVersions(program.command('deprecate <name>'))
    .description('warn the users of some versions of a server, and refuse them from a day on')
    .option('--sunset <day>', 'the day from which they are refused')
    .action((name: string, options: LifecycleOptions) => edit(name, 'deprecated', options));
}

async function edit(name: string, state: LifecycleEntry['state'], options: LifecycleOptions): Promise<void> {
  const { versions: set, reason, since, advisory, sunset, replacedBy, guide, json } = options;
  const repository = await readRegistryFiles(here());
  const [server] = named(repository, [name]);
  if (server === undefined) return;
  const versions = parseVersions(set);
  const known = await knownVersions(name, server.manifest.value.version);
  const held = known.filter((version) => canHold(versions, version) && holds(versions, version));
  if (held.length === 0)
    throw new UsageError(
      `${JSON.stringify(set)} holds none of the versions of ${name}: ${known.join(', ')}`,
      'name those that are meant; `*` holds all of them',
    );
  if (replacedBy !== undefined && !repository.names.has(replacedBy))
    throw new UsageError(
      `there is no server ${replacedBy}${didYouMean(replacedBy, repository.names)}`,
      'name the one to use instead, as it is called here',
    );

  const entry: LifecycleEntry = {
    versions,
    state,
    since: since ?? dayOf(new Date()),
    ...(sunset !== undefined && { sunset }),
    reason,
    ...(advisory !== undefined && { advisory }),
    ...(replacedBy !== undefined && { replaced_by: replacedBy }),
    ...(guide !== undefined && { guide }),
  };
  const { file } = server.manifest;
  const text = withLifecycleEntry(await readFile(join(here(), file), 'utf8'), entry);
  const read = readManifest(file, Buffer.from(text));
  if (!read.ok) return conclude(json, read.problems, { name }, []);
  await replaceFile(here(), file, text);
  const kept = known.filter((version) => !held.includes(version));
  conclude(json, [], { name, state, versions: held, others: kept }, [
    `${name} ${held.join(', ')}: ${state} in ${file}`,
    ...(kept.length === 0 ? [] : [`as before: ${kept.join(', ')}`]),
    'commit it and open a pull request: the signed status follows, and nothing is fetched or scanned for it',
  ]);
}

/** A range where it is one; else a list. One exact version is a list: as a range it would hold each of its builds. */
function parseVersions(set: string): VersionSet {
  const list = set.split(',').map((version) => version.trim());
  const versions = isVersionSet(set) && list.length === 1 && valid(set) === null ? set : list;
  if (
    list.some((version) => version === '') ||
    (typeof versions !== 'string' && versions.some((each) => /\s/u.test(each)))
  )
    throw new UsageError(
      `${JSON.stringify(set)} is no set of versions`,
      'give a semver range such as "<1.2.0", or versions with commas between them',
    );
  return versions;
}

/** The versions that the main line of history ever held, the current one last. */
async function knownVersions(name: string, current: string): Promise<string[]> {
  const history = (await isTracked(here())) ? await readHistory(here()) : undefined;
  const past = (history?.get(name) ?? []).map(versionOf);
  return [...new Set([...past, current])];
}
