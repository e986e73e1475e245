/** Objects of a clone, read through one `git cat-file --batch`. The index and the working tree are not used. */
import { once } from 'node:events';
import { Failure } from '../../core/failure.ts';
import { maxBlobBytes, maxCommitBytes, maxTreeBytes } from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';
import { startGit } from '../../core/git.ts';
import { bytesReader } from './bytes-reader.ts';
import { openBlob, openCommit, openTree, tooLarge, type GitObjects } from './git-objects.ts';
import { hashOf, type ObjectKind } from './object-id.ts';

const maxBytes: Readonly<Record<ObjectKind, number>> = {
  blob: maxBlobBytes,
  tree: maxTreeBytes,
  commit: maxCommitBytes,
};

/** Lends the objects of a clone, for as long as `use` runs. @throws what `use` throws */
export async function withClone<T>(root: string, use: (objects: GitObjects) => Promise<T>): Promise<T> {
  const child = startGit(root, 'cat-file', '--batch');
  // Where it does not start, or ends early, the next answer is missing, and that is said.
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  const answers = bytesReader(child.stdout);
  let earlier: Promise<unknown> = Promise.resolve();

  /** Questions are written at once, and git answers them in their order. */
  const ask = (kind: ObjectKind, id: string): Promise<Buffer> => {
    // No name, and no line of its own: what is asked for is one object.
    hashOf(id);
    child.stdin.write(`${id}\n`);
    const answer = earlier.then(() => nextAnswer(kind, id));
    earlier = answer.catch(() => undefined);
    return answer;
  };
  const nextAnswer = async (kind: ObjectKind, id: string): Promise<Buffer> => {
    const line = (await answers.line()).split(' ');
    const [found, is, size] = [line[0], line[1], Number(line[2])];
    if (is === 'missing' || found !== id)
      throw new Failure('git', `git has no ${kind} ${id}`, 'run `git fsck`, or clone again');
    if (size > maxBytes[kind]) {
      await answers.skip(size + 1);
      throw tooLarge(kind, id, size, maxBytes[kind]);
    }
    const bytes = await answers.take(size);
    await answers.skip(1);
    if (is !== kind)
      throw new Refusal('E_OBJECT', `the object ${id} is a ${is}, and no ${kind}`, 'run `git fsck`, or clone again');
    return bytes;
  };

  try {
    return await use({
      commit: async (id) => openCommit(id, await ask('commit', id)),
      tree: async (id) => openTree(id, await ask('tree', id)),
      blob: async (id) => openBlob(id, await ask('blob', id)),
    });
  } finally {
    child.stdin.destroy();
    child.stdout.destroy();
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    }
  }
}
