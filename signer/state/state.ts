/**
 * Where the signer keeps what it signed: a folder, or a bucket that many may use at one time. Paths have forward slashes
 * and are relative to it. Files are whole or not there, and nothing is written over without knowing what it was.
 */
export interface State {
  /** Where a path lies, for messages. */
  readonly place: (path: string) => string;

  /** Nothing where there is no file. @throws Failure where it is longer than it may be, or cannot be read */
  readonly read: (path: string, maxBytes: number) => Promise<Stored | undefined>;

  /** All files in a folder and in those below, in no order. */
  readonly list: (folder: string) => AsyncIterable<Listed>;

  /**
   * Writes a file that is not there yet. Gives whether it was written: of several who write different bytes, one is told
   * so. Where the same bytes are there already it may give either, since a bucket cannot tell whose they are.
   */
  readonly create: (path: string, bytes: Uint8Array) => Promise<boolean>;

  /**
   * Writes over the version that was read, or, where that was nothing, writes a new file. Gives whether it was written:
   * not where another was quicker. Of several who write different bytes over the same version, one is told that it was.
   */
  readonly replace: (path: string, bytes: Uint8Array, version: string | undefined) => Promise<boolean>;

  /** Where a bucket keeps versions, the file's last one stays in it. */
  readonly remove: (path: string) => Promise<void>;
}

/** One in which files whose name says what they hold, or that nobody relies on, are written without a look at them. */
export interface OverwritableState extends State {
  readonly put: (path: string, bytes: Uint8Array) => Promise<void>;
}

/** With what a bucket answers for a file. */
export interface ObjectHeaders {
  readonly type: string;
  readonly cacheControl?: string;
}

export interface Listed {
  readonly path: string;
  /** Another one once the file was written again, by whomever. */
  readonly mark: string;
}

export interface Stored {
  readonly bytes: Buffer;
  /** What `replace` wants to know; without a meaning elsewhere. */
  readonly version: string;
}
