/** What changed in servers/ and policy.yaml since a commit. */
import { git } from '../core/git.ts';
import { readBlobsOf } from './objects/read-blobs.ts';
import type { RegistryFiles, ServerFiles } from './registry-files.ts';

/** Paths that differ from the commit, each with its content at the commit; without content where the path is new. */
export type Changes = ReadonlyMap<string, Buffer | undefined>;

/** The paths where a change matters for the review. */
const reviewed = ['servers', 'policy.yaml'];

/** Compares the working tree, untracked files included, with a commit. */
export async function changesSince(root: string, commit: string): Promise<Changes> {
  const options = ['--raw', '--no-renames', '--no-abbrev', '--relative', '-z'];
  const words = (await git(root, 'diff', ...options, commit, '--', ...reviewed)).split('\0');
  const before = new Map<string, string | undefined>();
  for (let index = 0; index + 1 < words.length; index += 2) {
    const [, , id = ''] = (words[index] ?? '').split(' ');
    before.set(words[index + 1] ?? '', /^0+$/u.test(id) ? undefined : id);
  }
  const untracked = await git(root, 'ls-files', '--others', '--exclude-standard', '-z', '--', ...reviewed);
  for (const path of untracked.split('\0').filter((each) => each !== '')) before.set(path, undefined);
  const objects = await readBlobsOf(
    root,
    [...before.values()].filter((id) => id !== undefined),
  );
  return new Map([...before].map(([path, id]) => [path, id === undefined ? undefined : objects.get(id)]));
}

/** The servers whose lock is new or changed. */
export const changedLocks = ({ servers }: RegistryFiles, changes: Changes): readonly ServerFiles[] =>
  servers.filter(({ lock }) => lock !== undefined && changes.has(lock.file));
