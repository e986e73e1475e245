/** What changed in servers/ and policy.yaml since a commit, and the rules that only a change can break. */
import { isEnded, nextBuild } from '../../core/lifecycle.ts';
import { changedField } from '../../core/manifest-content.ts';
import { readManifest } from '../../core/manifest.ts';
import type { Problem } from '../../core/problem.ts';
import type { Manifest } from '../../schemas/types.ts';
import { git, readObjects } from './git.ts';
import type { Repository, ServerFiles, SurveyedServer } from './repository.ts';

/** Paths that differ from the commit, each with its content there; without one where it is new. */
export type Changes = ReadonlyMap<string, Buffer | undefined>;

/** What a change is judged by. */
const judged = ['servers', 'policy.yaml'];

/** Compares the working tree, untracked files included, with a commit. */
export async function changesSince(root: string, commit: string): Promise<Changes> {
  const options = ['--raw', '--no-renames', '--no-abbrev', '--relative', '-z'];
  const words = (await git(root, 'diff', ...options, commit, '--', ...judged)).split('\0');
  const before = new Map<string, string | undefined>();
  for (let index = 0; index + 1 < words.length; index += 2) {
    const [, , id = ''] = (words[index] ?? '').split(' ');
    before.set(words[index + 1] ?? '', /^0+$/u.test(id) ? undefined : id);
  }
  const untracked = await git(root, 'ls-files', '--others', '--exclude-standard', '-z', '--', ...judged);
  for (const path of untracked.split('\0').filter((each) => each !== '')) before.set(path, undefined);
  const objects = await readObjects(root, [...new Set([...before.values()].filter((id) => id !== undefined))]);
  return new Map([...before].map(([path, id]) => [path, id === undefined ? undefined : objects.get(id)]));
}

/** The servers whose lock is new or changed. */
export const changedLocks = ({ servers }: Repository, changes: Changes): readonly ServerFiles[] =>
  servers.filter(({ lock }) => lock !== undefined && changes.has(lock.file));

/** What a change must not do: alter what a version is, or drop a server that may still run. */
export function checkChanges(repository: Repository<SurveyedServer>, changes: Changes): Problem[] {
  const problems: Problem[] = [];
  for (const [file, bytes] of changes) {
    const name = /^servers\/(?<name>[^/]+)\.yaml$/u.exec(file)?.groups?.name;
    if (name === undefined || bytes === undefined) continue;
    const read = readManifest(file, bytes);
    const before = read.ok ? read.document.value : undefined;
    if (before !== undefined && !repository.names.has(name)) problems.push(...checkDeleted(file, before));
  }
  for (const { name, manifest, lock } of repository.servers) {
    const before = changes.get(manifest.file);
    const lockBefore = lock === undefined ? undefined : changes.get(lock.file);
    const read = before === undefined ? undefined : readManifest(manifest.file, before);
    const was = read?.ok === true ? read.document.value : manifest.value;
    if (was.version !== manifest.value.version || (before === undefined && lockBefore === undefined)) continue;
    const field = lockBefore === undefined ? changedField(was, manifest.value) : 'the lock';
    if (field !== undefined)
      problems.push({
        code: 'same-version-changed',
        file: manifest.file,
        ...manifest.locate(['version']),
        message: `${field} changed, but ${name} is still version ${was.version}`,
        remedy: `give it a new version, such as ${nextBuild(was.version)}: what was approved under this one stays what it was`,
      });
  }
  return problems;
}

function checkDeleted(file: string, { version, lifecycle = [] }: Manifest): Problem[] {
  if (isEnded(lifecycle, version)) return [];
  return [
    {
      code: 'deleted-manifest',
      file,
      message: `the manifest was deleted, but ${version} may still run`,
      remedy: 'restore it and revoke or withdraw its versions under `lifecycle` first',
    },
  ];
}
