/** The file that events are appended to, by several processes at one time. */
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, writeSync, type Stats } from 'node:fs';
import { Failure, systemCode } from '../../core/failure.ts';
import { howShared, notPrivate } from '../../core/private.ts';
import { Refusal } from '../../core/refusal.ts';

interface Opened {
  readonly descriptor: number;
  readonly found: Stats;
}

/**
 * Each line is one write to a file that is open for appending, which is not mixed with another process's. Only a regular
 * file is accepted: a pipe could make a launch wait for ever, and a link would write into another file.
 */
export class AppendFile {
  readonly #path: string;
  #opened: Opened | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** The bytes that are in the file now. */
  get size(): number {
    return this.#current().found.size;
  }

  /**
   * A last line that another process did not finish is ended first: it stays as a line that is no event.
   * @throws Refusal E_STORE; Failure `disk-full`; errors of the system. Then the line is not in the file.
   */
  append(line: string): void {
    const { descriptor, found } = this.#current();
    const bytes = Buffer.from(`${endsInLine(descriptor, found.size) ? '' : '\n'}${line}\n`, 'utf8');
    const written = writeSync(descriptor, bytes);
    // The rest could come to lie after another process's line.
    if (written < bytes.byteLength)
      throw new Failure(
        'disk-full',
        `only ${written} of ${bytes.byteLength} bytes of an event could be written to ${this.#path}`,
        'free some space and run the command again',
      );
  }

  close(): void {
    if (this.#opened !== undefined) closeSync(this.#opened.descriptor);
    this.#opened = undefined;
  }

  /** The file at the path, which another process may have moved away since the last line. */
  #current(): Opened {
    const found = lstatSync(this.#path, { throwIfNoEntry: false });
    const before = this.#opened;
    if (before !== undefined && found?.ino === before.found.ino && found.dev === before.found.dev) {
      checkFile(this.#path, found);
      return (this.#opened = { descriptor: before.descriptor, found });
    }
    this.close();
    return (this.#opened = openForAppending(this.#path));
  }
}

function openForAppending(path: string): Opened {
  // Windows does not have the last two flags. There they add nothing.
  const { O_RDWR, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  let descriptor;
  try {
    descriptor = openSync(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
  } catch (cause) {
    if (['ELOOP', 'EMLINK', 'ENXIO', 'EISDIR'].includes(systemCode(cause) ?? '')) throw notRegular(path, { cause });
    throw cause;
  }
  try {
    const found = fstatSync(descriptor);
    checkFile(path, found);
    return { descriptor, found };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

function checkFile(path: string, found: Stats): void {
  if (!found.isFile()) throw notRegular(path);
  const why = howShared(found);
  if (why !== undefined) throw notPrivate(path, why, path);
}

const notRegular = (file: string, options?: ErrorOptions): Refusal =>
  new Refusal('E_STORE', `${file} is no regular file`, 'move it away: the audit log begins there again', options);

function endsInLine(descriptor: number, size: number): boolean {
  if (size === 0) return true;
  const last = Buffer.alloc(1);
  readSync(descriptor, last, 0, 1, size - 1);
  return last[0] === newline;
}

const newline = 0x0a;
