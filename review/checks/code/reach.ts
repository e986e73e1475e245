/** Which files of a package are loaded when a server runs. Whatever is not sure counts as loaded. */
import { posix } from 'node:path';
import vm from 'node:vm';
import { isJsonObject } from '../../../core/json.ts';
import type { PackageFile } from '../../../artefacts/archives/tarball.ts';
import { nativeFormat } from './native.ts';
import { installScriptsOf, manifestOf } from './package-fields.ts';
import type { References } from './references.ts';

/** What one package loads of itself. */
export interface PackageReach {
  /**
   * Undefined where a file is loaded, or may be. Otherwise the files of this package from which it would be loaded, itself
   * included: another package can load one of those.
   */
  readonly unloaded: (path: string) => readonly string[] | undefined;
}

/** Of a tree that is no package: what is started of it is named elsewhere, so that every file may be. */
export const allLoaded: PackageReach = { unloaded: () => undefined };

/** A file that more files lead to counts as loaded. */
const maxWays = 50;

/** Each file is read once, and only where it is needed. */
export function reachOf(files: readonly PackageFile[], referencesOf: (file: PackageFile) => References): PackageReach {
  const index = indexOf(files);
  const bundled = bundledEntries(files, index);
  const known = new Map<string, ReadonlySet<string>>();
  const loadedBy = (file: PackageFile): ReadonlySet<string> => {
    const before = known.get(file.path);
    if (before !== undefined) return before;
    const found = isLoadable(file) ? leadsTo(file) : new Set<string>();
    known.set(file.path, found);
    return found;
  };
  const leadsTo = (file: PackageFile): ReadonlySet<string> => {
    const { texts, loads, loadsUnknown } = isCode(file) ? referencesOf(file) : wordsOf(file);
    const folder = posix.dirname(file.path);
    // What is loaded is at that path. Another text may be a part of a path, in any folder.
    const named = index.at(loads, folder).union(index.named(texts.difference(loads), folder));
    const reached = named.union(bundled(texts.union(loads)));
    return loadsUnknown ? reached.union(index.loadable()) : reached;
  };
  const closure = (starts: Iterable<string>): ReadonlySet<string> => {
    const reached = new Set(starts);
    // A set can grow while it is read: what is added is read too.
    for (const path of reached) {
      const file = index.file(path);
      for (const next of file === undefined ? [] : loadedBy(file)) reached.add(next);
    }
    return reached;
  };
  /** The files that lead to a file, or undefined if they are too many. */
  const waysTo = (target: string): readonly string[] | undefined => {
    const ways = new Set([target]);
    // A set can grow while it is read: what is added is read too.
    for (const to of ways)
      for (const file of files) {
        if (!ways.has(file.path) && loadedBy(file).has(to)) ways.add(file.path);
        if (ways.size > maxWays) return undefined;
      }
    return [...ways].sort();
  };
  let loaded: ReadonlySet<string> | undefined;
  return {
    unloaded: (path) => {
      loaded ??= closure(entriesOf(files, index));
      const isKnown = index.file(path) !== undefined && [...loaded].some((each) => !packageFiles.has(each));
      return !isKnown || loaded.has(path) ? undefined : waysTo(path);
    },
  };
}

/** Files that npm reads itself. */
const packageFiles: ReadonlySet<string> = new Set(['package.json', 'binding.gyp']);

/** Finds the files of a package by the texts that may name them. */
interface FileIndex {
  readonly file: (path: string) => PackageFile | undefined;
  /** Every file that can be loaded or started when its name is computed. */
  readonly loadable: () => ReadonlySet<string>;
  /** The files that a text names, relative to a folder or to the package, or by a name alone, as parts of a path are. */
  readonly named: (texts: Iterable<string>, folder: string) => ReadonlySet<string>;
  /** Only those that are paths, relative to a folder or to the package. */
  readonly at: (texts: Iterable<string>, folder: string) => ReadonlySet<string>;
}

const endings = ['', '.js', '.cjs', '.mjs', '.json', '.node', '/index.js', '/index.cjs', '/index.mjs', '/index.json'];

function indexOf(files: readonly PackageFile[]): FileIndex {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const byName = new Map<string, string[]>();
  for (const { path } of files)
    for (const name of new Set(namesOf(path))) byName.set(name, [...(byName.get(name) ?? []), path]);
  const pathsOf = (word: string, folder: string): string[] =>
    [posix.join(folder, word), posix.join('.', word)]
      .flatMap((place) => endings.map((ending) => `${place}${ending}`))
      .filter((path) => byPath.has(path));
  let all: ReadonlySet<string> | undefined;
  return {
    file: (path) => byPath.get(path),
    loadable: () => (all ??= new Set(files.filter(isLoadable).map(({ path }) => path))),
    at: (texts, folder) => new Set(wordsIn(texts).flatMap((word) => pathsOf(word, folder))),
    named: (texts, folder) =>
      new Set(
        wordsIn(texts).flatMap((word) => [...pathsOf(word, folder), ...(byName.get(posix.basename(word)) ?? [])]),
      ),
  };
}

const wordsIn = (texts: Iterable<string>): string[] =>
  [...texts].flatMap((text) => text.split(/[\s"'`,;:()=?#]+/u)).filter((word) => word !== '' && word.length < 500);

/** The name of a file, with and without its ending. Every package has several files named index. */
function namesOf(path: string): string[] {
  const name = posix.basename(path);
  const [bare = name] = name.split('.');
  return [name, ...(bare === 'index' || bare === '' ? [] : [bare, name.replace(/\.[^.]+$/u, '')])];
}

const isCode = ({ path, content }: PackageFile): boolean => /\.[cm]?js$/u.test(path) || compiles(content);

/** Other files can be read, but what a program does with their text is found in that program. */
const isLoadable = (file: PackageFile): boolean =>
  /\.([cm]?js|jsx|json|node|wasm|sh|bash|cmd|bat|ps1|py)$/u.test(file.path) ||
  file.executable ||
  nativeFormat(file.content) !== undefined ||
  isCode(file);

/** Whether Node could run it, whatever its name is. It is only compiled, and not run. */
function compiles(content: Uint8Array): boolean {
  if (content.length > 4 * 1024 * 1024) return true;
  const source = Buffer.from(content).toString('utf8');
  const text = source.startsWith('#!') ? source.slice(source.indexOf('\n') + 1) : source;
  return isSyntax(() => vm.compileFunction(text)) || isSyntax(() => new vm.SourceTextModule(text));
}

function isSyntax(compile: () => unknown): boolean {
  try {
    compile();
    return true;
  } catch (error) {
    return !(error instanceof SyntaxError);
  }
}

/** Data names files in words. A script of a shell may start anything. */
const wordsOf = ({ path, content }: PackageFile): References => ({
  // A package.json names the files of its tests too.
  texts:
    path.endsWith('.json') && !path.endsWith('package.json')
      ? new Set([Buffer.from(content).toString('utf8')])
      : new Set(),
  loads: new Set(),
  loadsUnknown: !/\.(json|node|wasm)$/u.test(path),
});

/** The fields of package.json that say what others load. */
const entryFields = ['main', 'module', 'browser', 'exports', 'imports', 'bin'];

function entriesOf(files: readonly PackageFile[], index: FileIndex): ReadonlySet<string> {
  const manifest = manifestOf(files);
  const fields = entryFields.flatMap((field) => textsIn(manifest[field]));
  const words = installScriptsOf(manifest).values();
  const folder = isJsonObject(manifest.directories) ? textsIn(manifest.directories.bin) : [];
  const patterns = [...fields.filter((text) => text.includes('*')), ...folder.map((path) => `${path}/*`)];
  const entries = index.at([...fields, ...words, './index'], '.');
  const matching = files.filter(({ path }) => patterns.some((pattern) => mayMatch(pattern, path)));
  return new Set([...packageFiles, ...entries, ...matching.map(({ path }) => path)]);
}

/** The files of packages inside this one that are loaded where a text names such a package, or a path in it. */
function bundledEntries(
  files: readonly PackageFile[],
  index: FileIndex,
): (texts: Iterable<string>) => ReadonlySet<string> {
  const folders = Map.groupBy(
    files.filter(({ path }) => bundledFile.test(path)),
    ({ path }) => bundledFile.exec(path)?.groups?.folder ?? '',
  );
  const byName = Map.groupBy(folders, ([folder]) => nameOfFolder(folder));
  const entries = new Map<string, readonly string[]>();
  const entriesIn = (folder: string, inside: readonly PackageFile[]): readonly string[] => {
    const found = entries.get(folder) ?? [...ownEntries(folder, inside)];
    entries.set(folder, found);
    return found;
  };
  return (texts) =>
    new Set(
      [...texts].flatMap((text) => {
        const { name = '', path } = bareName.exec(text)?.groups ?? {};
        return (byName.get(name) ?? []).flatMap(([folder, inside]) => {
          if (path === undefined) return entriesIn(folder, inside);
          const at = index.at([posix.join(folder, path)], '.');
          // Its `exports` may give that path to any of its files.
          return at.size > 0 ? [...at] : inside.filter(isLoadable).map((file) => file.path);
        });
      }),
    );
}

const bundledFile = /^(?<folder>(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/@][^/]*)\//u;
const nameOfFolder = (folder: string): string =>
  folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
const bareName = /^(?<name>(?:@[^/\s]+\/)?[^/@.\s][^/\s]*)(?:\/(?<path>\S*))?$/u;

function ownEntries(folder: string, inside: readonly PackageFile[]): Set<string> {
  const own = inside.map((file) => ({ ...file, path: file.path.slice(folder.length + 1) }));
  return new Set([...entriesOf(own, indexOf(own))].map((path) => `${folder}/${path}`));
}

/** In `exports`, a star stands for any path. */
function mayMatch(pattern: string, path: string): boolean {
  const inside = posix.join('.', pattern);
  return (
    path.startsWith(inside.slice(0, inside.indexOf('*'))) && path.endsWith(inside.slice(inside.lastIndexOf('*') + 1))
  );
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isJsonObject(value) ? Object.values(value).flatMap(textsIn) : [];
}
