/** Repositories that git itself makes, always on the same day and without the configuration of this machine or account. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ObjectHash } from '../../catalog/objects/object-id.ts';
import { temporaryFolder } from './folder.ts';

const day = '2026-04-16T10:00:00Z';

export interface GitRepository {
  readonly root: string;
  /** What a git command prints, without white space at its ends. */
  readonly git: (...words: string[]) => string;
  /** The same for a command that reads its input, and with other variables. */
  readonly gitWith: (options: GitOptions, ...words: string[]) => string;
  /** The exact bytes of an object. */
  readonly raw: (kind: string, id: string) => Buffer;
  readonly write: (path: string, content: string | Uint8Array) => void;
  /** Commits everything that was written, and gives the id. */
  readonly commit: (message?: string) => string;
}

export interface GitOptions {
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
}

/** A new repository without a commit; its first branch is `main`. */
export async function gitRepository(hash: ObjectHash = 'sha1'): Promise<GitRepository> {
  const root = await temporaryFolder();
  const run = ({ input, env }: GitOptions, words: readonly string[]): Buffer =>
    execFileSync('git', ['-C', root, ...words], {
      env: { ...process.env, ...quiet(root), ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
      maxBuffer: 1024 * 1024 * 1024,
      ...(input !== undefined && { input }),
    });
  const git = (...words: string[]): string => run({}, words).toString('utf8').trim();
  git('init', '--quiet', '--initial-branch', 'main', `--object-format=${hash}`);
  return {
    root,
    git,
    gitWith: (options, ...words) => run(options, words).toString('utf8').trim(),
    raw: (kind, id) => run({}, ['cat-file', kind, id]),
    write: (path, content) => {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    },
    commit: (message = 'change') => {
      git('add', '--all');
      git('commit', '--quiet', '--allow-empty', '--message', message);
      return git('rev-parse', 'HEAD');
    },
  };
}

const quiet = (root: string): Readonly<Record<string, string>> => ({
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: join(root, 'no-such-file'),
  GIT_AUTHOR_NAME: 'A',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_COMMITTER_NAME: 'B',
  GIT_COMMITTER_EMAIL: 'b@example.com',
  GIT_AUTHOR_DATE: day,
  GIT_COMMITTER_DATE: day,
});

/** Has git sign commits and tags from now on, with an SSH key that is made for it beside the working tree. */
export function signWithSsh({ root, git }: GitRepository): void {
  const key = join(root, '.git', 'signing-key');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', key]);
  git('config', 'gpg.format', 'ssh');
  git('config', 'user.signingKey', `${key}.pub`);
  git('config', 'commit.gpgSign', 'true');
  git('config', 'tag.gpgSign', 'true');
}
