/** A clone as the source of commits. Its working tree plays no part. */
import { Failure, UsageError } from '../core/failure.ts';
import type { CommitSource } from './committed.ts';
import { git, gitWithInput } from '../core/git.ts';
import { commitNamed, folderInRepository } from './git.ts';
import type { ChangedPath } from './objects/changed-paths.ts';
import { withClone } from './objects/clone.ts';
import type { Mode } from './objects/tree.ts';
import { ServerStates } from './server-states.ts';

/** @throws Failure `git` */
export const cloneSource = async (root: string): Promise<CommitSource> => ({
  lend: (use) => withClone(root, use),
  folder: await folderInRepository(root),
  statesUntil: (commit) => statesOfClone(root, commit),
});

/** Whether a clone has only the newest part of history. */
export const isShallow = async (root: string): Promise<boolean> =>
  (await git(root, 'rev-parse', '--is-shallow-repository')).trim() === 'true';

/** @throws UsageError where the clone has no such commit; Failure `shallow-clone`, `git` */
async function statesOfClone(root: string, at: string): Promise<ServerStates> {
  if ((await commitNamed(root, at)) === undefined)
    throw new UsageError(
      `this clone does not have the commit ${at}`,
      'run `git fetch`, and name a commit by its whole id',
    );
  if (await isShallow(root))
    throw new Failure(
      'shallow-clone',
      'this clone does not have the whole history, which says what was approved before',
      'run `git fetch --unshallow`',
    );
  const commits = await mainLine(root, at);
  // Each is compared with the one parent that is named beside it.
  const lines = commits.map(({ id, parent }) => (parent === undefined ? id : `${id} ${parent}`));
  const listed = await gitWithInput(
    root,
    lines.map((line) => `${line}\n`).join(''),
    ...['diff-tree', '--stdin', '-r', '--root', '--raw', '--no-renames', '--no-abbrev', '--relative', '-z'],
    ...['--', 'servers'],
  );
  const changes = changesByCommit(listed);
  const states = new ServerStates();
  for (const commit of commits) states.add(commit, changes.get(commit.id) ?? []);
  return states;
}

/** What `git diff-tree --raw -z` prints, by commit. */
function changesByCommit(listed: string): ReadonlyMap<string, readonly ChangedPath[]> {
  const changes = new Map<string, ChangedPath[]>();
  let current: ChangedPath[] = [];
  const words = listed.split('\0');
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    if (word.startsWith(':')) {
      const [, mode = '', , id = ''] = word.split(' ');
      const path = words[++index] ?? '';
      current.push({ path, ...(!nullId.test(id) && { after: { mode: mode as Mode, id } }) });
    } else if (word !== '') changes.set(word.trim(), (current = []));
  }
  return changes;
}

const nullId = /^0+$/u;

interface MainCommit {
  readonly id: string;
  readonly committedAt: Date;
  /** The first one; absent of the first commit of all. */
  readonly parent?: string;
}

/** The commits of the main line that touched servers/, the oldest first. */
async function mainLine(root: string, at: string): Promise<MainCommit[]> {
  const options = ['--first-parent', '--reverse', '--timestamp', '--parents'];
  const lines = await git(root, 'rev-list', ...options, '--end-of-options', at, '--', 'servers');
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [seconds = '', id = '', parent] = line.split(' ');
      return { id, committedAt: new Date(Number(seconds) * 1000), ...(parent !== undefined && { parent }) };
    });
}
