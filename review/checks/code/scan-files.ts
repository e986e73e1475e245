/** Scans the files of one package. Everything in them is hostile: this runs in a process that may crash. */
import { posix } from 'node:path';
import { isJsonObject } from '../../../core/json.ts';
import type { PackageFile } from '../../../core/tarball.ts';
import { openPatterns, type PatternSearch } from './patterns.ts';
import { gathered, type ScanResult } from './report.ts';
import { openSyntax, type SyntaxSearch } from './syntax.ts';

/** The largest files that are scanned, in bytes. */
export interface FileBounds {
  readonly parsedFileBytes: number;
  readonly searchedFileBytes: number;
}

/** Scans the files of one package. */
export type FileScanner = (files: readonly PackageFile[], bounds: FileBounds) => ScanResult;

export function openFileScanner(): FileScanner {
  const patterns = openPatterns();
  const syntax = openSyntax();
  return (files, bounds) => scanAll(files, { patterns, syntax }, bounds);
}

function scanAll(
  files: readonly PackageFile[],
  { patterns, syntax }: { readonly patterns: PatternSearch; readonly syntax: SyntaxSearch },
  bounds: FileBounds,
): ScanResult {
  const started = startedFiles(files);
  const programs = files.filter((file) => isProgram(file, started));
  // Native programs may be long; they are recognised by their first bytes.
  const searched = files.map((file) =>
    isNative(file.content) && file.content.length > bounds.searchedFileBytes
      ? { ...file, content: file.content.subarray(0, 4096) }
      : file,
  );
  if (
    programs.some(({ content }) => content.length > bounds.parsedFileBytes) ||
    searched.some(({ content }) => content.length > bounds.searchedFileBytes)
  )
    return { kind: 'not-scanned', why: 'size' };
  const found = [
    ...patterns(searched).map(({ rule, file }) => ({ rule, file, value: '' })),
    ...programs.flatMap((file) => syntax(file)),
  ];
  return { kind: 'scanned', findings: gathered(found) };
}

/** The first bytes of ELF and Mach-O. No script begins with them; a script may begin with the letters of Windows programs. */
const isNative = (content: Uint8Array): boolean =>
  ['7f454c46', 'feedface', 'feedfacf', 'cefaedfe', 'cffaedfe'].includes(
    Buffer.from(content.subarray(0, 4)).toString('hex'),
  );

/** Whether a file is JavaScript: by its name, by its first line, or because the package starts it. */
const isProgram = ({ path, content }: PackageFile, started: ReadonlySet<string>): boolean =>
  /\.[cm]?jsx?$/u.test(path) ||
  (started.has(path) && !/\.(json|node|wasm)$/u.test(path) && !content.subarray(0, 4096).includes(0)) ||
  /^#![^\n]{0,60}\b(node|bun|deno)\b/u.test(Buffer.from(content.subarray(0, 80)).toString('latin1'));

/** The files that `main` and `bin` name. */
function startedFiles(files: readonly PackageFile[]): ReadonlySet<string> {
  const manifest = files.find(({ path }) => path === 'package.json');
  try {
    const value: unknown = JSON.parse(Buffer.from(manifest?.content ?? []).toString('utf8'));
    if (!isJsonObject(value)) return new Set();
    const { main, bin } = value;
    const named = [main, bin, ...(isJsonObject(bin) ? Object.values(bin) : [])];
    return new Set(named.filter((each) => typeof each === 'string').map((path) => posix.join('/', path).slice(1)));
  } catch {
    return new Set();
  }
}
