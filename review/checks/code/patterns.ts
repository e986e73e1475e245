/** Compiles the YARA rules in `rules/`, and searches the files of a package with them. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Compiler, initSync } from '@virustotal/yara-x';
import { maxCodeFindings } from '../../../core/limits.ts';
import type { PartType } from '../../../artefacts/part.ts';
import type { PackageFile } from '../../../artefacts/archives/tarball.ts';
import { withoutComments } from './comments.ts';
import { isPrebuilt, nativeFormat } from './native.ts';
import { ruleSources } from './rule-sources.ts';
import { batches, mostSevere, isDeclaredNative, searchedFile, type About, type Searched } from './searched.ts';
import { compareText } from '../../../core/order.ts';

/** A rule that matches a file, and the line where it does, if that is in the file itself. */
export interface PatternMatch {
  readonly rule: string;
  readonly file: string;
  readonly lines?: readonly number[];
}

/** What is known of the files of a package before they are searched. */
interface Known {
  /** What the files are of. */
  readonly type: PartType | 'image';
  /** The paths of JavaScript. */
  readonly programs: ReadonlySet<string>;
  /** Those of them that run a text: they may take it out of their own comments. */
  readonly readers: ReadonlySet<string>;
  /** Longer files are searched in pieces of this length. */
  readonly pieceBytes: number;
}

/** Finds the rules that match each file. */
export type PatternSearch = (files: readonly PackageFile[], known: Known) => PatternMatch[];

/** These rules look for what somebody hides, wherever it is. All others look for what a program does, and comments do nothing. */
const inComments: ReadonlySet<string> = new Set([
  'code-bidi',
  'code-bidi-unbalanced',
  'code-exfiltration-address',
  'code-exfiltration-host',
  'code-hex-names',
  'code-install-download',
  'code-invisible-text',
  'code-native-executable',
  'code-off-screen',
]);

/** These rules look for known texts. All others read a table of a native program as if a person had written it. */
const inNativeCode: ReadonlySet<string> = new Set([
  'code-exfiltration-address',
  'code-exfiltration-host',
  'code-native-executable',
  'code-reverse-shell',
]);

/** A rule that matches some bytes, and the places of its patterns in them. */
interface Fit {
  readonly rule: string;
  readonly offsets: readonly number[];
  /** Where the patterns of the rule are nearest to each other. */
  readonly place: number;
}

type Search = (bytes: Uint8Array, about: About) => Fit[];

/** @throws when a rule does not compile */
export function openPatterns(): PatternSearch {
  const search = compiledRules();
  return (files, { type, programs, readers, pieceBytes }) => {
    const declared = isDeclaredNative(files, type);
    const byPath = new Map(files.map((file) => [file.path, file]));
    const found = new Map<string, PatternMatch[]>();
    const prebuilt = new Set(files.filter(isPrebuilt).map(({ path }) => path));
    // A program can begin like one of Windows, and still be run by Node.
    const native = new Set(
      files
        .filter(({ path, content }) => !programs.has(path) && nativeFormat(content) !== undefined)
        .map(({ path }) => path),
    );
    const counts = (rule: string, { path, isFirst }: Searched): boolean =>
      (!native.has(path) || inNativeCode.has(rule)) && (isFirst || rule !== 'code-native-executable');
    /** What rules match, with the text that they match in. What a program does is looked for without its comments. */
    const fitsOf = ({ path, bytes, about: facts }: Searched): (Fit & { readonly content: Uint8Array })[] => {
      const file = byPath.get(path) as PackageFile;
      const about = { ...facts, declared: declared || prebuilt.has(path) };
      const all = search(bytes, about).map((fit) => ({ ...fit, content: file.content }));
      const isSource = programs.has(path) ? !readers.has(path) : !native.has(path) && /\.[cm]?tsx?$/u.test(path);
      if (!isSource || all.every(({ rule }) => inComments.has(rule))) return all;
      const content = withoutComments(path, file.content);
      if (content === undefined) return all;
      const outside = search(searchedFile({ ...file, content }, true).bytes, about);
      return [
        ...all.filter(({ rule }) => inComments.has(rule)),
        ...outside.filter(({ rule }) => !inComments.has(rule)).map((fit) => ({ ...fit, content })),
      ];
    };
    const isFull = (rule: string): boolean => (found.get(rule)?.length ?? 0) >= maxCodeFindings;
    for (const batch of batches(files, programs, pieceBytes))
      for (const { file, rules } of batch.length === 1 ? batch.map(suspectOfAll) : suspects(search, batch))
        if (rules === 'all' || !rules.every(isFull))
          for (const { rule, place, content } of fitsOf(file))
            if (counts(rule, file) && !isFull(rule))
              found.set(rule, [
                ...(found.get(rule) ?? []),
                { rule, file: file.path, ...(!native.has(file.path) && lineOf(content, place)) },
              ]);
    return [...found.values()].flat();
  };
}

/** A file that some rules may match. */
interface Suspect {
  readonly file: Searched;
  readonly rules: readonly string[] | 'all';
}

const suspectOfAll = (file: Searched): Suspect => ({ file, rules: 'all' });

/**
 * The files of a batch that a rule may match. A rule that matches one file also matches the whole batch, and has one of its
 * patterns in that file.
 */
function suspects(search: Search, batch: readonly Searched[]): Suspect[] {
  const fits = search(Buffer.concat(batch.map(({ bytes }) => bytes)), mostSevere);
  let start = 0;
  const suspected = batch.map((file): Suspect => {
    const end = start + file.bytes.length;
    const rules = fits.filter(({ offsets }) => isIn(offsets, start, end)).map(({ rule }) => rule);
    start = end;
    return { file, rules };
  });
  // Files with equal facts follow each other, because each change of the facts takes memory that is never freed.
  return suspected.filter(({ rules }) => rules.length > 0).sort((a, b) => compareText(aboutKey(a), aboutKey(b)));
}

/** Whether one of these ascending offsets is between `start` and `end`. */
function isIn(offsets: readonly number[], start: number, end: number): boolean {
  let low = 0;
  let high = offsets.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((offsets[middle] ?? 0) < start) low = middle + 1;
    else high = middle;
  }
  return (offsets[low] ?? Infinity) < end;
}

const aboutKey = ({ file }: Suspect): string => JSON.stringify(file.about);

/** What the library returns for a rule that matches. */
interface Match {
  readonly metadata: readonly { readonly identifier: string; readonly value: unknown }[];
  readonly patterns: readonly { readonly matches: readonly { readonly offset: number }[] }[];
}

function compiledRules(): Search {
  const wasm = fileURLToPath(import.meta.resolve('@virustotal/yara-x')).replace(/\.js$/u, '_bg.wasm');
  initSync({ module: readFileSync(wasm) });
  const compiler = new Compiler();
  for (const [name, value] of Object.entries(mostSevere)) compiler.defineGlobal(name, value);
  for (const source of ruleSources().values()) compiler.addSource(source);
  const scanner = compiler.build().scanner();
  compiler.free();
  const said = new Map<string, boolean>(Object.entries(mostSevere));

  return (bytes, about) => {
    // The library never frees the memory that this takes, and fails after some thousands of calls.
    for (const [name, value] of Object.entries(about).filter(([each, now]) => said.get(each) !== now)) {
      scanner.setGlobal(name, value);
      said.set(name, value);
    }
    const { matches } = scanner.scan(bytes) as { matches: readonly Match[] };
    return matches.flatMap(({ metadata, patterns }) => {
      const id = metadata.find(({ identifier }) => identifier === 'id');
      // Private rules are also in the result, but have no id.
      if (id === undefined) return [];
      const places = patterns.flatMap(({ matches: of }, pattern) => of.map(({ offset }) => ({ pattern, offset })));
      places.sort((a, b) => a.offset - b.offset);
      return [{ rule: String(id.value), offsets: places.map(({ offset }) => offset), place: nearest(places) }];
    });
  };
}

/** The start of the shortest part with two different patterns; without one, the first place. */
function nearest(places: readonly { readonly pattern: number; readonly offset: number }[]): number {
  let best = places[0]?.offset ?? 0;
  let shortest = Infinity;
  for (const [index, { pattern, offset }] of places.entries()) {
    const next = places[index + 1];
    if (next === undefined || next.pattern === pattern || next.offset - offset >= shortest) continue;
    shortest = next.offset - offset;
    best = offset;
  }
  return best;
}

const lineEnd = 0x0a;

/** After the bytes of a file, text is searched that it contains in another form. That has no line. */
function lineOf(content: Uint8Array, place: number): Pick<PatternMatch, 'lines'> {
  if (place >= content.length) return {};
  let line = 1;
  for (let at = content.indexOf(lineEnd); at !== -1 && at < place; at = content.indexOf(lineEnd, at + 1)) line++;
  return { lines: [line] };
}
