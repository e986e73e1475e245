/** Reads the files of a commit that is in a repository here, from its objects: nothing is checked out. */
import { sha256 } from '../../core/digest.ts';
import { Failure, systemCode } from '../../core/failure.ts';
import { git, gitBytes } from '../../core/git.ts';
import { maxArchiveEntries, maxUnpackedBytes } from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';
import type { PackageFile } from '../archives/tarball.ts';
import { readListing, type ListedFile } from './listing.ts';

/** The files of a commit, sorted by path. `what` is what messages call it. @throws Failure `git`, `no-such-commit`; Refusal E_ARCHIVE, E_TOO_LARGE */
export async function readFiles(folder: string, commit: string, what: string): Promise<PackageFile[]> {
  const kind = (await git(folder, 'cat-file', '-t', commit)).trim();
  if (kind !== 'commit')
    throw new Failure('no-such-commit', `${what} is a ${kind}, and no commit`, 'give the id of a commit');
  const refuse = (why: string): never => {
    throw new Refusal(
      'E_ARCHIVE',
      `${what} ${why}`,
      'use another commit, or another way in which its publisher releases it',
    );
  };
  const listing = await listTree(folder, commit, refuse);
  const listed = readListing(listing, refuse);
  if (listed.reduce((sum, { size }) => sum + size, 0) > maxUnpackedBytes)
    throw new Refusal('E_TOO_LARGE', `${what} holds more than ${maxUnpackedBytes} bytes`, 'do not use it');
  const contents = await readBlobs(folder, listed);
  return listed.map(({ path, executable, id }) => {
    const content = contents.get(id) ?? refuse(`holds ${path}, which git does not have`);
    const elsewhere = keptElsewhere(content);
    if (elsewhere !== undefined) refuse(`holds ${path}, which only says where ${elsewhere} keeps the file`);
    return { path, executable, sha256: sha256(content), content };
  });
}

/** A few small trees can stand for billions of files: what git prints is cut off. */
async function listTree(folder: string, commit: string, refuse: (why: string) => never): Promise<Buffer> {
  try {
    return await gitBytes(
      folder,
      { maxBytes: maxArchiveEntries * 512 },
      'ls-tree',
      '-r',
      '-z',
      '-l',
      '--full-tree',
      commit,
    );
  } catch (error) {
    if (error instanceof Failure && systemCode(error.cause) === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER')
      return refuse(`holds more than ${maxArchiveEntries} files`);
    throw error;
  }
}

/** Every blob once, by its id. */
async function readBlobs(folder: string, listed: readonly ListedFile[]): Promise<ReadonlyMap<string, Buffer>> {
  const sizes = new Map(listed.map(({ id, size }) => [id, size]));
  const maxBytes = [...sizes.values()].reduce((sum, size) => sum + size + 128, 0);
  const input = [...sizes.keys()].map((id) => `${id}\n`).join('');
  const answer = await gitBytes(folder, { input, maxBytes }, 'cat-file', '--batch');
  const blobs = new Map<string, Buffer>();
  // Each answer is `<id> blob <size>`, a line feed, the bytes, and a line feed.
  for (let at = 0; at < answer.byteLength;) {
    const end = answer.indexOf('\n', at);
    const [id = '', kind, size = ''] = answer.toString('latin1', at, end).split(' ');
    if (end === -1 || kind !== 'blob' || sizes.get(id) !== Number(size))
      throw new Failure(
        'git',
        `git does not have the file ${id.slice(0, 40)} of the commit that it fetched`,
        'run the command again',
      );
    blobs.set(id, answer.subarray(end + 1, end + 1 + Number(size)));
    at = end + 1 + Number(size) + 1;
  }
  return blobs;
}

/** Who has the bytes of which only a pointer is in the repository. */
function keptElsewhere(content: Buffer): string | undefined {
  if (content.byteLength > 2048) return undefined;
  const text = content.toString('latin1');
  if (/^version https:\/\/(?:git-lfs\.github\.com|hawser\.github\.com)\/spec\//u.test(text)) return 'Git LFS';
  return text.startsWith('/annex/objects/') ? 'git-annex' : undefined;
}
