import { Failure, systemCode } from './failure.ts';

/** What a person can do about a disk that does not take a file; every other error as it is. */
export function asDiskFailure(error: unknown, path: string): unknown {
  switch (systemCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new Failure('disk-full', `no space is left for ${path}`, 'free some space and run the command again', {
        cause: error,
      });
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return notWritable(path, error);
    case 'ENOENT':
    case 'ENOTDIR':
    case 'EEXIST':
      // A folder that cannot be made, be it that one above it is read-only or a file.
      return error instanceof Error && 'syscall' in error && error.syscall === 'mkdir'
        ? notWritable(path, error)
        : error;
    case 'EISDIR':
    case 'ENOTEMPTY':
      return new Failure('in-the-way', `${path} is a folder, where a file belongs`, 'move that folder away', {
        cause: error,
      });
    default:
      return error;
  }
}

const notWritable = (path: string, cause: unknown): Failure =>
  new Failure('not-writable', `${path} cannot be written`, 'make its folder writable, or choose another one', {
    cause,
  });
