/**
 * Reads a package's tarball: returns the files that extraction yields, and refuses everything that must not be in one.
 * The bytes already match a signed digest. That proves that they are the reviewed bytes, not that they are harmless.
 */
import { gunzipSync } from 'node:zlib';
import { Parser, type ReadEntry } from 'tar';
import { sha256 } from '../../core/digest.ts';
import { messageOf } from '../../core/failure.ts';
import { isInnerPath } from '../../core/inner-path.ts';
import { maxArchiveEntries, maxUnpackedBytes } from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';
import type { TreeEntry } from '../../core/tree.ts';
import { archiveRefusal, clashIn, leadsOut, onAnySystem, shown, tooLarge } from './checks.ts';

/** One regular file, with its content. */
export interface PackageFile extends TreeEntry {
  readonly content: Uint8Array;
}

/**
 * A package of npm: everything is in one folder, whatever its name, which is taken off.
 * `what` is what messages call the tarball. @throws Refusal E_ARCHIVE, E_TOO_LARGE
 */
export const readTarball = (bytes: Uint8Array, what: string): PackageFile[] =>
  readFiles(bytes, what, pathInPackage, (name) => name);

/**
 * Any other tree of files. If all of them are in one folder, as forges and `npm pack` write it, that is taken off. Unlike in a
 * package of npm, no two names may be one on some system. @throws Refusal E_ARCHIVE, E_TOO_LARGE
 */
export function readTreeTarball(bytes: Uint8Array, what: string): PackageFile[] {
  const files = readFiles(bytes, what, pathInTree, onAnySystem);
  const [folder = ''] = files[0]?.path.split('/') ?? [];
  const isAround = files.every(({ path }) => path.startsWith(`${folder}/`));
  return isAround ? files.map((file) => ({ ...file, path: file.path.slice(folder.length + 1) })) : files;
}

function readFiles(
  bytes: Uint8Array,
  what: string,
  pathOf: (written: string) => string | undefined,
  keyOf: (name: string) => string,
): PackageFile[] {
  const archive = gunzip(bytes, what);
  const files = new Map<string, PackageFile>();
  let broken: Refusal | undefined;
  const refuse = (why: string): void => {
    broken ??= archiveRefusal(what, why);
  };

  const parser = new Parser({
    maxMetaEntrySize: 1024 * 1024,
    onReadEntry: (entry) => {
      const path = placeOf(entry, pathOf, refuse);
      const chunks: Uint8Array[] = [];
      entry.on('data', (chunk) => chunks.push(chunk));
      entry.on('end', () => {
        if (path === undefined) return;
        if (files.size >= maxArchiveEntries) refuse(`holds more than ${maxArchiveEntries} files`);
        const content = Buffer.concat(chunks);
        const file = { path, executable: ((entry.mode ?? 0) & 0o111) !== 0, sha256: sha256(content), content };
        const before = files.get(path);
        // The same file once more changes nothing, and packing programs do write it. Of two files one would be hidden.
        if (before !== undefined && (before.sha256 !== file.sha256 || before.executable !== file.executable))
          refuse(`holds two files ${path}, which differ`);
        files.set(path, file);
      });
    },
    onwarn: (code, message) => {
      // TAR_ENTRY_INFO is about oddities that change nothing of what is read.
      if (code !== 'TAR_ENTRY_INFO') refuse(`is no tar archive: ${messageOf(message)}`);
    },
  });
  parser.on('ignoredEntry', (entry: ReadEntry) => {
    if (!entry.meta) refuse(`holds ${shown(entry.path)}, a ${entry.type}`);
  });
  try {
    parser.end(archive);
  } catch (cause) {
    throw new Refusal('E_ARCHIVE', `${what} is no tar archive: ${messageOf(cause)}`, 'do not use it', { cause });
  }
  const places = [...files.keys()].map((path) => ({ path, kind: 'file' as const }));
  const clash = clashIn(places, keyOf);
  if (clash !== undefined) refuse(clash);
  if (files.size === 0) refuse('holds no files');
  if (broken !== undefined) throw broken;
  return [...files.values()];
}

function gunzip(bytes: Uint8Array, what: string): Buffer {
  let archive: Buffer;
  try {
    archive = gunzipSync(bytes, { maxOutputLength: maxUnpackedBytes });
  } catch (cause) {
    if (cause instanceof RangeError) throw tooLarge(what, { cause });
    throw new Refusal('E_ARCHIVE', `${what} is not gzip`, 'do not use it', { cause });
  }
  // The parser would unpack a second layer, past the limit.
  if (compressed.some((magic) => archive.subarray(0, magic.length).equals(magic)))
    throw new Refusal('E_ARCHIVE', `${what} is compressed twice`, 'do not use it');
  return archive;
}

/** How gzip and zstd begin. */
const compressed = [Buffer.from([0x1f, 0x8b]), Buffer.from([0x28, 0xb5, 0x2f, 0xfd])];

/** Where a file lands. Nothing for a folder: folders follow from their files. */
function placeOf(
  entry: ReadEntry,
  pathOf: (written: string) => string | undefined,
  refuse: (why: string) => void,
): string | undefined {
  switch (entry.type) {
    case 'Directory':
    case 'GNUDumpDir':
      return undefined;
    case 'File':
    case 'OldFile':
    case 'ContiguousFile':
      break;
    default:
      refuse(`holds ${shown(entry.path)}, a ${entry.type}`);
      return undefined;
  }
  const path = pathOf(entry.path);
  if (path === undefined) refuse(leadsOut(entry.path));
  return path;
}

/** Without its first component, as npm does. Every path with `..` leads out, wherever it ends. */
function pathInPackage(written: string): string | undefined {
  const [first = '', ...parts] = written.split('/');
  const path = withoutDots(parts);
  return isInnerPath(first) && isInnerPath(path) ? path : undefined;
}

/** As it is written, also from `./`, as `tar .` writes it. */
function pathInTree(written: string): string | undefined {
  const path = withoutDots(written.split('/'));
  return isInnerPath(path) && !written.startsWith('/') ? path : undefined;
}

/** `package/./dist//index.js` is `package/dist/index.js`. */
const withoutDots = (parts: readonly string[]): string => parts.filter((part) => part !== '' && part !== '.').join('/');
