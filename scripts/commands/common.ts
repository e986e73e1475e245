import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { styleText } from 'node:util';
import type { Command } from 'commander';
import { BlobStore } from '../../store/blob-store.ts';
import { didYouMean } from '../../core/did-you-mean.ts';
import { asDiskFailure } from '../../core/disk.ts';
import { exitCodes, withoutCommands } from '../../core/exit.ts';
import { UsageError } from '../../core/failure.ts';
import { maxManifestBytes } from '../../core/limits.ts';
import { hasErrors, inOrder, type Problem } from '../../core/problem.ts';
import { manifestPath } from '../../core/statement.ts';
import { print, progress, say, writeAll } from '../../host/output.ts';
import type { RegistryFiles, SurveyedServer } from '../../catalog/registry-files.ts';
import { workspaceOf } from '../../catalog/workspace.ts';
import { problemLines } from '../report/problems.ts';
import type { Resolver } from '../../resolve/lock.ts';

/** What every command takes. */
export interface CommonOptions {
  readonly json?: true;
}

export const withJson = (command: Command): Command => command.option('--json', 'print the result as JSON');

/** The registry that the command is run in. */
export const here = (): string => process.cwd();

/**
 * Ends a command that found problems or none: all of them, in order, and the exit code. `data` goes into the JSON;
 * `lines` are for people, and only where nothing is wrong.
 */
export function conclude(
  json: true | undefined,
  problems: readonly Problem[],
  data: Readonly<Record<string, unknown>>,
  lines: readonly string[],
): void {
  const failed = hasErrors(problems);
  const ordered = inOrder(problems);
  if (!json) sayProblems(ordered);
  print(json, { schemaVersion: 1, ok: !failed, ...data, problems: ordered }, failed ? [] : lines);
  if (failed) process.exitCode = exitCodes.problems;
}

/** Problems on stderr, with the lines that are meant; in colour on a terminal that wants it. */
export function sayProblems(problems: readonly Problem[]): void {
  const lines = problemLines(problems, textOf, (colour, text) => styleText(colour, text, { stream: process.stderr }));
  writeAll(2, lines.map((line) => `${withoutCommands(line)}\n`).join(''));
}

/** The text of a file that people write; nothing where there is none, or none of a size to be read. */
function textOf(file: string): string | undefined {
  let handle: number | undefined;
  try {
    // Neither a link nor a pipe, which might never end, stands for a file of the registry.
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
    handle = openSync(resolve(here(), file), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const found = fstatSync(handle);
    if (!found.isFile() || found.size > maxManifestBytes) return undefined;
    const buffer = Buffer.alloc(found.size);
    const bytes = buffer.subarray(0, readSync(handle, buffer));
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // The problem is said without its lines: the file may be gone, or be no text.
    return undefined;
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

/** A file that a command was asked to write, and the folders it lies in. @throws Failure */
export async function writeOutput(file: string, content: Uint8Array | string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  } catch (error) {
    throw asDiskFailure(error, file);
  }
}

/** Says where a command compares with nothing: outside git there is no change, and no rule about changes. */
export function sayUncompared(commit: string | undefined): void {
  if (commit === undefined) say('this is no git checkout, so nothing was compared: everything counts as new');
}

/**
 * The registries of packages, and what was fetched from them before. An endpoint is asked on the public internet only,
 * unless a private network is allowed.
 */
export async function openResolver(root: string, what: string, privateNetwork = false): Promise<Resolver> {
  // Most commands ask no registry, and what asks it takes longer to load than many of them take.
  const { openSources } = await import('../../artefacts/open-sources.ts');
  const { indexOfUv } = await import('../../artefacts/pypi/uv.ts');
  return {
    ...(await openSources({ defaultIndex: indexOfUv })),
    blobs: new BlobStore(workspaceOf(root, 'development').blobs),
    onFetched: progress(what),
    endpoints: privateNetwork ? 'any' : 'public',
  };
}

/** The servers of these names, or all. @throws UsageError for a name without a manifest */
export function named<Server extends SurveyedServer>(
  repository: RegistryFiles<Server>,
  names: readonly string[],
): readonly Server[] {
  if (names.length === 0) return repository.servers;
  return names.map((name) => {
    const server = repository.servers.find((candidate) => candidate.name === name);
    if (server !== undefined) return server;
    const file = manifestPath(name);
    throw repository.names.has(name)
      ? new UsageError(`${file} has problems`, 'run `registry validate`, and fix them first')
      : new UsageError(`there is no ${file}${didYouMean(name, repository.names)}`, `run \`registry new\` to write it`);
  });
}
