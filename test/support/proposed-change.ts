/** A git repository in which somebody asks for a change to be merged, as a forge presents it. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface ProposedChange {
  readonly folder: string;
  /** Main. */
  readonly base: string;
  /** Main with the change merged into it: what a run of a pull request checks out. */
  readonly merged: string;
}

const who = { name: 'Somebody', email: 'somebody@example.com' };
const environment = {
  ...process.env,
  // Nothing of this machine's configuration.
  ...{ GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
  ...{ GIT_AUTHOR_NAME: who.name, GIT_AUTHOR_EMAIL: who.email },
  ...{ GIT_COMMITTER_NAME: who.name, GIT_COMMITTER_EMAIL: who.email },
};

type Git = (folder: string, ...words: string[]) => Promise<string>;

/** `at` is the moment of its commits. */
const gitAt =
  (at?: string): Git =>
  async (folder, ...words) => {
    const dates = at === undefined ? {} : { GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at };
    const env = { ...environment, ...dates };
    const { stdout } = await promisify(execFile)('git', ['-C', folder, ...words], { env });
    return stdout.trim();
  };

/** Commits what is in the folder as main, and what `change` then does to it on a branch; all at one moment, or now. */
export async function proposeChange(folder: string, change: () => Promise<void>, at?: string): Promise<ProposedChange> {
  const git = gitAt(at);
  const commitAll = async (message: string): Promise<void> => {
    await git(folder, 'add', '--all');
    await git(folder, 'commit', '--quiet', '--allow-empty', '--message', message);
  };
  await git(folder, 'init', '--quiet', '--initial-branch', 'main');
  await commitAll('Main');
  await git(folder, 'switch', '--quiet', '--create', 'change');
  await change();
  await commitAll('The change');
  await git(folder, 'switch', '--quiet', 'main');
  const base = await git(folder, 'rev-parse', 'HEAD');
  await git(folder, 'merge', '--quiet', '--no-ff', '--message', 'Merge', 'change');
  return { folder, base, merged: await git(folder, 'rev-parse', 'HEAD') };
}

/** Puts a commit with its whole history into a folder. */
export async function checkOut({ folder }: ProposedChange, commit: string, target: string): Promise<void> {
  const git = gitAt();
  await git(folder, 'clone', '--quiet', '--no-hardlinks', '--no-checkout', folder, target);
  await git(target, 'checkout', '--quiet', '--detach', commit);
}
