/** Asking git, with a bounded number of processes however long the history. */
import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { Failure, messageOf, systemCode } from '../core/failure.ts';

const run = promisify(execFile);
const maxOutputBytes = 1024 * 1024 * 1024;

/** What a git command prints. @throws Failure `git` */
export async function git(root: string, ...words: string[]): Promise<string> {
  try {
    const { stdout } = await run('git', ['-C', root, ...words], { maxBuffer: maxOutputBytes, encoding: 'utf8' });
    return stdout;
  } catch (cause) {
    throw new Failure(
      'git',
      `git ${words[0] ?? ''} failed: ${messageOf(cause).split('\n')[1] ?? messageOf(cause)}`,
      'see what git says',
      { cause },
    );
  }
}

/**
 * Whether `root` is under git's control: a folder that merely lies inside somebody's checkout is not, nor is one
 * before its first commit. A git that will not answer is no answer: without history, versions would silently vanish.
 * @throws Failure `git`
 */
export async function isTracked(root: string): Promise<boolean> {
  try {
    const { stdout } = await run('git', ['-C', root, 'ls-files', '--', 'registry.yaml'], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
    });
    if (stdout === '') return false;
  } catch (cause) {
    const { stderr = '' } = cause as { readonly stderr?: string };
    // No git on this machine, or no checkout.
    if (systemCode(cause) === 'ENOENT' || /not a git repository|cannot change to/u.test(stderr)) return false;
    throw new Failure('git', `git says: ${stderr.trim().split('\n')[0] ?? messageOf(cause)}`, 'see what git says', {
      cause,
    });
  }
  return run('git', ['-C', root, 'rev-parse', '--verify', '--quiet', 'HEAD']).then(
    () => true,
    () => false,
  );
}

/** Which of some paths git ignores; none where there is no git, or no checkout. What is tracked is never ignored. */
export async function ignoredFiles(root: string, paths: readonly string[]): Promise<ReadonlySet<string>> {
  if (paths.length === 0) return new Set();
  const asking = run('git', ['-C', root, 'check-ignore', '-z', '--stdin']);
  asking.child.stdin?.on('error', () => undefined).end(paths.join('\0'));
  // 1: none of them is; 128: no checkout.
  const { stdout } = await asking.catch(() => ({ stdout: '' }));
  return new Set(stdout.split('\0').filter((path) => path !== ''));
}

/** The contents of many objects, by one process. */
export async function readObjects(root: string, ids: readonly string[]): Promise<ReadonlyMap<string, Buffer>> {
  const child = spawn('git', ['-C', root, 'cat-file', '--batch'], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(ids.map((id) => `${id}\n`).join(''));
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout) chunks.push(chunk as Buffer);
  const all = Buffer.concat(chunks);
  const objects = new Map<string, Buffer>();
  for (let at = 0; at < all.length;) {
    const end = all.indexOf('\n', at);
    const [id = '', kind, size] = all.toString('utf8', at, end).split(' ');
    if (kind !== 'blob') throw new Failure('git', `git has no blob ${id}`, 'run `git fsck`, or clone again');
    const length = Number(size);
    objects.set(id, all.subarray(end + 1, end + 1 + length));
    at = end + 1 + length + 1;
  }
  return objects;
}

/** The commit that a working tree is, where none of these paths differs from it; otherwise, and outside git, nothing. */
export async function commitOf(
  root: string,
  paths: readonly string[],
): Promise<{ readonly id: string; readonly at: Date } | undefined> {
  if (!(await isTracked(root))) return undefined;
  if ((await git(root, 'status', '--porcelain', '--untracked-files=all', '--', ...paths)) !== '') return undefined;
  const [id = '', seconds = ''] = (await git(root, 'show', '--no-patch', '--format=%H %ct', 'HEAD')).trim().split(' ');
  return { id, at: new Date(Number(seconds) * 1000) };
}
