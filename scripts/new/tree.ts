/** A tree of files that is no package of a registry: a tarball, or the files of a commit. */
import { fetchArchive } from '../../artefacts/archives/fetch.ts';
import { readTarball, type PackageFile } from '../../artefacts/archives/tarball.ts';
import { fetchCommit } from '../../artefacts/git/fetch.ts';
import { commandsOf, packageJsonOf } from '../../artefacts/npm/describe.ts';
import { licenseIn, versionIn } from '../../artefacts/npm/package-json.ts';
import { describeTree } from '../../artefacts/tarball/describe.ts';
import { sha256 } from '../../core/digest.ts';
import { Failure } from '../../core/failure.ts';
import { isJsonObject } from '../../core/json.ts';
import { Refusal } from '../../core/refusal.ts';
import { treeDigest } from '../../core/tree.ts';
import { hintsOf } from '../../resolve/package-hints.ts';
import { fitting, oneLine, type Found } from './found.ts';
import { byLikeness, suggestedNames, webAddress } from './package-names.ts';

/** @throws as `fetchArchive`, `readTarball` and `describeTree` */
export async function tarballArtefact(url: string, fetch = fetchArchive): Promise<Found> {
  const bytes = await fetch(url);
  return { ...describedTree(readTarball(bytes, url), url), url, sha256: sha256(bytes) };
}

/** @throws as `fetchCommit` and `describeTree` */
export async function gitArtefact(url: string, commit: string, fetch = fetchCommit): Promise<Found> {
  const files = await fetch(url, commit);
  const whole = `git+${url}#${commit}`;
  const described = describedTree(files, whole);
  return {
    ...fitting('repository', webAddress(url)),
    ...described,
    names: [
      ...described.names,
      ...suggestedNames(
        url
          .replace(/\.git$/u, '')
          .split('/')
          .at(-1) ?? '',
      ),
    ],
    url: whole,
    sha256: treeDigest(files),
  };
}

type DescribedTree = Omit<Found, 'url' | 'sha256' | 'remote'>;

function describedTree(files: readonly PackageFile[], what: string): DescribedTree {
  const fault = commandFault(files, undefined, what);
  const manifest = files.some(({ path }) => path === 'package.json') ? packageJsonOf(files, what) : {};
  const { description, repository, mcpName } = manifest;
  const name = textOf(manifest['name']) ?? '';
  const address = textOf(repository) ?? textOf(isJsonObject(repository) ? repository['url'] : undefined);
  const commands = [...commandsOf(manifest, files).keys()];
  return {
    names: suggestedNames(name),
    ...fitting('version', versionIn(manifest)),
    ...fitting('description', oneLine(textOf(description))),
    ...fitting('license', licenseIn(manifest)),
    ...fitting('repository', webAddress(address)),
    ...fitting('upstream', textOf(mcpName)),
    commands: byLikeness(commands, name),
    ...(fault !== undefined && { commandFault: (command: string) => commandFault(files, command, what) }),
    hints: hintsOf(files, name),
  };
}

/** Why it cannot be started so, where another command can do better. @throws as `describeTree` otherwise */
function commandFault(files: readonly PackageFile[], command: string | undefined, what: string): string | undefined {
  try {
    describeTree(files, command, what);
    return undefined;
  } catch (error) {
    const isRefused = error instanceof Refusal && command !== undefined;
    if (!isRefused && !(error instanceof Failure)) throw error;
    return `${error.message}: ${error.remedy}`;
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
