import { Failure, systemCode } from './failure.ts';

/** Turns an error of the disk into a failure that says what to do. Every other error is returned unchanged. */
export function asDiskFailure(error: unknown, path: string): unknown {
  switch (systemCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new Failure('disk-full', `no space is left for ${path}`, 'free some space and run the command again', {
        cause: error,
      });
    case 'EFBIG':
      return new Failure(
        'disk-full',
        `${path} may not grow: this process may write no larger file`,
        'raise its limit (`ulimit -f`) and run the command again',
        { cause: error },
      );
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return notWritable(path, error);
    case 'ENOENT':
    case 'ENOTDIR':
    case 'EEXIST':
      // The folder cannot be made: a folder above it is read-only, or is a file.
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
