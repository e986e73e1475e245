import { lstatSync } from 'node:fs';
import { rename, rm, symlink } from 'node:fs/promises';
import { asDiskFailure } from '../../core/disk.ts';
import { Failure } from '../../core/failure.ts';

/**
 * Lets a link lead to another version, in one step: at any moment it leads to one of them. What an interrupted run left beside
 * it is taken away, if that is a link too.
 * @throws Failure `in-the-way`, `not-writable` and others
 */
export async function switchLink(link: string, command: string): Promise<void> {
  const next = `${link}.next`;
  if (lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() !== true) throw inTheWay(link);
  const left = lstatSync(next, { throwIfNoEntry: false });
  if (left !== undefined && !left.isSymbolicLink()) throw inTheWay(next);
  try {
    await rm(next, { force: true });
    await symlink(command, next);
    await rename(next, link);
  } catch (error) {
    throw asDiskFailure(error, link);
  }
}

const inTheWay = (path: string): Failure =>
  new Failure('in-the-way', `${path} is no link`, 'move it away, and run the command again');
