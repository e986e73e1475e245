/**
 * Reads one layer of an image (https://github.com/opencontainers/image-spec/blob/main/layer.md): what its tar holds, entry by
 * entry. It is hostile: nothing is written, nothing is whole in memory, and what leads out of the image is refused.
 */
import { createHash } from 'node:crypto';
import { Readable, type Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { Parser, type ReadEntry } from 'tar';
import { messageOf } from '../../core/failure.ts';
import { imageOverlapBytes, maxImagePathBytes } from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';
import { shown } from '../archives/checks.ts';

/** A layer, and what proves its content. */
export interface Layer {
  /** What messages call it. */
  readonly what: string;
  readonly mediaType: string;
  /** The digest of its tar, as the config of the image states it. */
  readonly diffId: string;
  /** Reads its bytes from the start. They are proved by their own digest already. */
  readonly open: () => AsyncIterable<Uint8Array>;
}

/** One thing in a layer, by its path from the top of the image, without a leading slash. */
export type LayerEntry =
  | { readonly kind: 'file'; readonly path: string; readonly executable: boolean }
  | { readonly kind: 'hard-link'; readonly path: string; readonly target: string }
  | { readonly kind: 'folder'; readonly path: string }
  /** It is no file whose content lies here: a symbolic link, a device, a pipe. */
  | { readonly kind: 'other'; readonly path: string }
  /** Removes what lower layers have under the path. */
  | { readonly kind: 'whiteout'; readonly path: string }
  /** Removes what lower layers have in the folder. */
  | { readonly kind: 'opaque'; readonly path: string };

/** A file, or a part of a long one. */
export interface FilePiece {
  readonly path: string;
  readonly executable: boolean;
  /** Where in the file it begins: at 0, or a little before the end of the piece before it. */
  readonly start: number;
  readonly isLast: boolean;
  readonly content: Uint8Array;
}

export interface LayerBounds {
  /** What may still be unpacked; less after each piece of a layer. */
  bytes: number;
  readonly pieceBytes: number;
}

export interface LayerReader {
  readonly bounds: LayerBounds;
  /** Called for every entry, in the order of the layer. */
  readonly onEntry: (entry: LayerEntry) => void;
  /** Called for every file: whether its content is wanted. */
  readonly wants: (path: string) => boolean;
}

/**
 * The files that are wanted, piece by piece. Only after the last of them is proved that the layer is the one of its diff id: who
 * believes what was read must have read it to the end once.
 * @throws Refusal E_DIGEST, E_ARCHIVE, E_TOO_LARGE
 */
export async function* readLayer(layer: Layer, reader: LayerReader): AsyncGenerator<FilePiece> {
  const { what, diffId } = layer;
  const tar = new LayerTar(what, reader);
  const hash = createHash('sha256');
  for await (const chunk of unpacked(layer)) {
    reader.bounds.bytes -= chunk.byteLength;
    if (reader.bounds.bytes < 0) throw tooLarge(`${what} unpacks to more bytes than are read of an image`);
    hash.update(chunk);
    tar.write(chunk);
    yield* tar.taken();
  }
  tar.end();
  yield* tar.taken();
  const found = `sha256:${hash.digest('hex')}`;
  if (found !== diffId)
    throw new Refusal(
      'E_DIGEST',
      `${what} unpacks to ${found}, and the config of the image says ${diffId}`,
      'do not use this image: tell whoever pushed it',
    );
}

/** The tar in a layer. Its media type says how it is compressed; where that is not true, its diff id is another one. */
async function* unpacked({ open, mediaType, what }: Layer): AsyncGenerator<Uint8Array> {
  const inflate = decompressionOf(mediaType);
  if (inflate === undefined) {
    yield* open();
    return;
  }
  const source = Readable.from(open());
  source.on('error', (error) => inflate.destroy(error));
  source.pipe(inflate);
  try {
    yield* inflate as AsyncIterable<Uint8Array>;
  } catch (cause) {
    if (source.errored !== null) throw source.errored;
    throw layerRefusal(what, `cannot be unpacked: ${messageOf(cause)}`, { cause });
  } finally {
    source.destroy();
    inflate.destroy();
  }
}

function decompressionOf(mediaType: string): Transform | undefined {
  if (/[+.]gzip$/u.test(mediaType)) return createGunzip();
  return mediaType.endsWith('+zstd') ? createZstdDecompress() : undefined;
}

/** A file whose content is being read. */
interface Open {
  readonly path: string;
  readonly executable: boolean;
  chunks: Uint8Array[];
  length: number;
  start: number;
}

class LayerTar {
  readonly #what: string;
  readonly #reader: LayerReader;
  readonly #parser: Parser;
  #taken: FilePiece[] = [];
  #refused: Refusal | undefined;
  /** The start of the tar, until it is long enough to be known. */
  #first: Buffer | undefined = Buffer.alloc(0);
  /** Whether all was zeros so far, as in a layer that holds nothing. */
  #isBlank = true;

  constructor(what: string, reader: LayerReader) {
    this.#what = what;
    this.#reader = reader;
    this.#parser = new Parser({
      maxMetaEntrySize: 1024 * 1024,
      onReadEntry: (entry) => this.#read(entry),
      onwarn: (code, message) => {
        const isNothing = code === 'TAR_BAD_ARCHIVE' && this.#isBlank;
        // TAR_ENTRY_INFO is about oddities that change nothing of what is read.
        if (code !== 'TAR_ENTRY_INFO' && !isNothing) this.#refuse(`is no tar archive: ${messageOf(message)}`);
      },
    });
    // Also metadata that is too long: the name of the next entry may stand in it.
    this.#parser.on('ignoredEntry', (entry: ReadEntry) => {
      this.#refuse(`holds ${shown(entry.path)}, a ${entry.type} that is not read`);
    });
  }

  /** What was read since the last call. */
  taken(): FilePiece[] {
    const taken = this.#taken;
    this.#taken = [];
    if (this.#refused !== undefined) throw this.#refused;
    return taken;
  }

  write(chunk: Uint8Array): void {
    this.#isBlank &&= chunk.every((byte) => byte === 0);
    if (this.#first === undefined) {
      this.#parser.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
      return;
    }
    const first = Buffer.concat([this.#first, chunk]);
    this.#first = first.byteLength < magicBytes ? first : undefined;
    if (this.#first === undefined) this.#begin(first);
  }

  end(): void {
    if (this.#first !== undefined) this.#begin(this.#first);
    this.#parser.end();
  }

  #begin(first: Buffer): void {
    // The parser would unpack it once more, past the limit.
    if (compressed.some((magic) => first.subarray(0, magic.length).equals(magic)))
      throw layerRefusal(this.#what, 'is compressed twice, or in another way than its media type says');
    this.#parser.write(first);
  }

  #refuse(why: string): void {
    this.#refused ??= layerRefusal(this.#what, why);
  }

  #read(entry: ReadEntry): void {
    const found = this.#entryOf(entry);
    if (found !== undefined) this.#reader.onEntry(found);
    if (found?.kind !== 'file' || this.#refused !== undefined || !this.#reader.wants(found.path)) {
      entry.resume();
      return;
    }
    const open: Open = { path: found.path, executable: found.executable, chunks: [], length: 0, start: 0 };
    entry.on('data', (chunk) => this.#take(open, chunk));
    entry.on('end', () => this.#cut(open, true));
  }

  #take(open: Open, chunk: Uint8Array): void {
    open.chunks.push(chunk);
    open.length += chunk.byteLength;
    if (open.length > this.#reader.bounds.pieceBytes) this.#cut(open, false);
  }

  #cut(open: Open, isLast: boolean): void {
    const { path, executable, start } = open;
    const content = Buffer.concat(open.chunks);
    this.#taken.push({ path, executable, start, isLast, content });
    const rest = content.subarray(-Math.min(imageOverlapBytes, this.#reader.bounds.pieceBytes >> 1));
    open.chunks = [rest];
    open.start = start + content.byteLength - rest.byteLength;
    open.length = rest.byteLength;
  }

  #entryOf(entry: ReadEntry): LayerEntry | undefined {
    const path = this.#pathOf(entry.path);
    if (path === undefined) return undefined;
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (name.startsWith(whiteout)) return this.#whiteoutOf(path, name.slice(whiteout.length));
    switch (entry.type) {
      case 'File':
      case 'OldFile':
      case 'ContiguousFile':
        return { kind: 'file', path, executable: ((entry.mode ?? 0) & 0o111) !== 0 };
      case 'Link': {
        const target = this.#pathOf(entry.linkpath ?? '');
        return target === undefined ? undefined : { kind: 'hard-link', path, target };
      }
      case 'Directory':
      case 'GNUDumpDir':
        return { kind: 'folder', path };
      default:
        return { kind: 'other', path };
    }
  }

  #whiteoutOf(path: string, removed: string): LayerEntry | undefined {
    const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    if (removed === '.wh..opq') return { kind: 'opaque', path: folder };
    // Notes of AUFS, which no engine unpacks.
    if (removed.startsWith(whiteout)) return undefined;
    if (['', '.', '..'].includes(removed)) {
      this.#refuse(`removes ${shown(path)}, which names nothing`);
      return undefined;
    }
    return { kind: 'whiteout', path: folder === '' ? removed : `${folder}/${removed}` };
  }

  /** From the top of the image. Every path with `..` leads out, wherever it ends. */
  #pathOf(written: string): string | undefined {
    const parts = written.split('/').filter((part) => part !== '' && part !== '.');
    const path = parts.join('/');
    if (!parts.includes('..') && Buffer.byteLength(path) <= maxImagePathBytes) return path;
    this.#refuse(`holds ${shown(written)}, a path that may lead out of the image`);
    return undefined;
  }
}

const whiteout = '.wh.';

/** How gzip and zstd begin. */
const compressed = [Buffer.from([0x1f, 0x8b]), Buffer.from([0x28, 0xb5, 0x2f, 0xfd])];
const magicBytes = 4;

export const tooLarge = (why: string): Refusal => new Refusal('E_TOO_LARGE', why, 'do not use this image');

export const layerRefusal = (what: string, why: string, options?: ErrorOptions): Refusal =>
  new Refusal('E_ARCHIVE', `${what} ${why}`, 'do not use this image: tell whoever pushed it', options);
