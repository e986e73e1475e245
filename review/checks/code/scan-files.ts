/** Scans the files of one package. Everything in them is hostile: this runs in a process that may crash. */
import { isUtf8 } from 'node:buffer';
import { posix } from 'node:path';
import { isJsonObject } from '../../../core/json.ts';
import type { PackageFile } from '../../../artefacts/archives/tarball.ts';
import type { PartType } from '../../../artefacts/part.ts';
import { isArchive } from './archives.ts';
import { hiddenCharacters } from './hidden-characters.ts';
import { nativeFormat } from './native.ts';
import { openPatterns, type PatternSearch } from './patterns.ts';
import { asksOf } from './asks.ts';
import { installScriptOf } from './install-scripts.ts';
import { allLoaded, reachOf } from './reach.ts';
import { readReferences, unknownReferences, type References } from './references.ts';
import { gathered, type CodeFinding, type ScanResult } from './report.ts';
import { mayRun, openSyntax, withoutFirstComment, type SyntaxSearch } from './syntax.ts';

/** The largest files that are scanned, in bytes. */
export interface FileBounds {
  readonly parsedFileBytes: number;
  readonly searchedFileBytes: number;
}

/** What files are of. Those of an image are only searched for patterns: it holds a whole system, and not one package. */
export type ScannedType = PartType | 'image';

/** Scans the files of one package, of a tree that is none, or some of an image. */
export type FileScanner = (files: readonly PackageFile[], type: ScannedType, bounds: FileBounds) => ScanResult;

export function openFileScanner(): FileScanner {
  const patterns = openPatterns();
  const syntax = openSyntax();
  return (files, type, bounds) =>
    type === 'image' ? searchAll(files, patterns, bounds) : scanAll(files, type, { patterns, syntax }, bounds);
}

function searchAll(files: readonly PackageFile[], patterns: PatternSearch, bounds: FileBounds): ScanResult {
  const programs = new Set(files.filter(isNamedProgram).map(({ path }) => path));
  const readers: ReadonlySet<string> = new Set();
  const found = patterns(files, { type: 'image', programs, readers, pieceBytes: bounds.searchedFileBytes });
  return { kind: 'scanned', findings: gathered(found.map((match) => ({ ...match, value: '' }))), asks: [] };
}

interface FileReaders {
  readonly patterns: PatternSearch;
  readonly syntax: SyntaxSearch;
}

function scanAll(
  files: readonly PackageFile[],
  type: PartType,
  { patterns, syntax }: FileReaders,
  bounds: FileBounds,
): ScanResult {
  const started = startedFiles(files);
  const programs = files.filter((file) => isProgram(file, started, bounds));
  if (
    programs.some(({ content }) => content.length > bounds.parsedFileBytes) ||
    // Native code may be longer: it is searched in pieces.
    files.some(({ content }) => content.length > bounds.searchedFileBytes && nativeFormat(content) === undefined)
  )
    return { kind: 'not-scanned', why: 'size' };
  const paths = new Set(programs.map(({ path }) => path));
  const read = new Map(programs.map((file) => [file.path, syntax(file)]));
  const inSyntax = programs.flatMap((file) =>
    (read.get(file.path)?.found ?? []).map((each) => afterFirstComment(each, file)),
  );
  const readers = new Set(inSyntax.flatMap(({ rule, file }) => (rule === 'code-eval' ? file : [])));
  const found = [
    ...patterns(files, { type, programs: paths, readers, pieceBytes: bounds.searchedFileBytes }).map((match) => ({
      ...match,
      value: '',
    })),
    ...inSyntax,
    ...files.flatMap((file) => hiddenIn(file, paths.has(file.path))),
  ];
  const references = (path: string): References => read.get(path)?.references ?? unknownReferences;
  const loading =
    // Only in an npm package a package.json says what is loaded. Elsewhere it may stand there to hide the rest.
    type === 'npm'
      ? reachOf(files, ({ path, content }) => read.get(path)?.references ?? readReferences(content))
      : allLoaded;
  const packed = files.filter(isArchive).map(({ path }) => ({ rule: 'code-archive', file: path, value: '' }));
  const findings = [
    ...gathered(packed),
    ...gathered(found).map((finding) => {
      const unloaded = loading.unloaded(finding.file);
      return { ...finding, ...(unloaded !== undefined && { unloaded }) };
    }),
  ];
  const script = installScriptOf(files, findings);
  return {
    kind: 'scanned',
    findings,
    ...asksOf(files, programs, { references, reach: loading }),
    ...(script !== undefined && { install: script }),
  };
}

function hiddenIn({ path, content }: PackageFile, isProgram: boolean): Omit<CodeFinding, 'count'>[] {
  const value = isProgram || isUtf8(content) ? hiddenCharacters(content) : undefined;
  return value === undefined ? [] : [{ rule: 'code-hidden-characters', file: path, value }];
}

/** Programs are analysed without a first line for the shell (`#!`). */
function afterFirstComment<Found extends Pick<CodeFinding, 'lines'>>(found: Found, { content }: PackageFile): Found {
  return found.lines === undefined || content[0] !== hash
    ? found
    : { ...found, lines: found.lines.map((line) => line + 1) };
}

const hash = 0x23;

/**
 * Whether a file is JavaScript: by its name, by its first line, because the package starts it, or because Node would run it.
 * Node runs a file with any ending that a program requires, and a program may compute what it requires.
 */
const isProgram = (file: PackageFile, started: ReadonlySet<string>, bounds: FileBounds): boolean =>
  isNamedProgram(file) || isOtherProgram(file, started, bounds);

const isNamedProgram = ({ path, content }: PackageFile): boolean =>
  /\.[cm]?jsx?$/u.test(path) ||
  /^#![^\n]{0,60}\b(node|bun|deno)\b/u.test(Buffer.from(content.subarray(0, 80)).toString('latin1'));

const isOtherProgram = ({ path, content }: PackageFile, started: ReadonlySet<string>, bounds: FileBounds): boolean =>
  !/\.(json|node|wasm)$/u.test(path) &&
  content.length <= bounds.searchedFileBytes &&
  ((started.has(path) && nativeFormat(content) === undefined) || runs(content));

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
