/** Scans the files of one package. Everything in them is hostile: this runs in a process that may crash. */
import { isUtf8 } from 'node:buffer';
import { posix } from 'node:path';
import { isJsonObject } from '../../../core/json.ts';
import type { PackageFile } from '../../../core/tarball.ts';
import { hiddenCharacters } from './hidden-characters.ts';
import { nativeFormat } from './native.ts';
import { openPatterns, type PatternSearch } from './patterns.ts';
import { gathered, type CodeFinding, type ScanResult } from './report.ts';
import { mayRun, openSyntax, withoutFirstComment, type SyntaxSearch } from './syntax.ts';

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
  const programs = files.filter((file) => isProgram(file, started, bounds));
  // Native programs may be long; they are recognised by their first bytes.
  const searched = files.map((file) =>
    isProgramOfSystem(file.content) && file.content.length > bounds.searchedFileBytes
      ? { ...file, content: file.content.subarray(0, 4096) }
      : file,
  );
  if (
    programs.some(({ content }) => content.length > bounds.parsedFileBytes) ||
    searched.some(({ content }) => content.length > bounds.searchedFileBytes)
  )
    return { kind: 'not-scanned', why: 'size' };
  const paths = new Set(programs.map(({ path }) => path));
  const found = [
    ...patterns(searched, paths).map(({ rule, file }) => ({
      rule,
      file,
      value: '',
    })),
    ...programs.flatMap((file) => syntax(file)),
    ...files.flatMap((file) => hiddenIn(file, paths.has(file.path))),
  ];
  return { kind: 'scanned', findings: gathered(found) };
}

function hiddenIn({ path, content }: PackageFile, isProgram: boolean): Omit<CodeFinding, 'count'>[] {
  const value = isProgram || isUtf8(content) ? hiddenCharacters(content) : undefined;
  return value === undefined ? [] : [{ rule: 'code-hidden-characters', file: path, value }];
}

/** WebAssembly does not count, because no rule asks a person about it. */
const isProgramOfSystem = (content: Uint8Array): boolean => ![undefined, 'wasm'].includes(nativeFormat(content));

/**
 * Whether a file is JavaScript: by its name, by its first line, because the package starts it, or because Node would run it.
 * Node runs a file with any ending that a program requires, and a program may compute what it requires.
 */
const isProgram = ({ path, content }: PackageFile, started: ReadonlySet<string>, bounds: FileBounds): boolean =>
  /\.[cm]?jsx?$/u.test(path) ||
  /^#![^\n]{0,60}\b(node|bun|deno)\b/u.test(Buffer.from(content.subarray(0, 80)).toString('latin1')) ||
  (!/\.(json|node|wasm)$/u.test(path) &&
    content.length <= bounds.searchedFileBytes &&
    ((started.has(path) && nativeFormat(content) === undefined) || runs(content)));

function runs(content: Uint8Array): boolean {
  // This cannot be a program, and source maps are long.
  if (/^\s{0,20}\{\s{0,20}"[^"]{0,200}"\s{0,20}:/u.test(Buffer.from(content.subarray(0, 400)).toString('latin1')))
    return false;
  return mayRun(withoutFirstComment(Buffer.from(content).toString('utf8')));
}

/** The files that a package names as its programs. */
function startedFiles(files: readonly PackageFile[]): ReadonlySet<string> {
  const manifest = files.find(({ path }) => path === 'package.json');
  try {
    const value: unknown = JSON.parse(Buffer.from(manifest?.content ?? []).toString('utf8'));
    if (!isJsonObject(value)) return new Set();
    const { main, module, browser, bin, exports, imports } = value;
    return new Set([main, module, browser, bin, exports, imports].flatMap(pathsIn));
  } catch {
    return new Set();
  }
}

/** The paths in a field that may have conditions, and conditions in these. */
function pathsIn(value: unknown): string[] {
  if (typeof value === 'string') return [posix.join('/', value).slice(1)];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(pathsIn) : [];
}
