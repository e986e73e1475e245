/** Finds what js-x-ray reports about programs, without the warnings that mean nothing. */
import vm from 'node:vm';
import { AstAnalyser, JsSourceParser, type Warning } from '@nodesecure/js-x-ray';
import type { PackageFile } from '../../../artefacts/archives/tarball.ts';
import { isNode } from './program/nodes.ts';
import { readProgram, type ProgramRead } from './program/read-program.ts';
import { referencesOf, unknownReferences, type References } from './references.ts';
import { ruleOfWarning } from './rules.ts';
import type { CodeFinding } from './report.ts';

/** What is in a JavaScript file. */
export interface Syntax {
  readonly found: readonly Omit<CodeFinding, 'count'>[];
  readonly references: References;
}

/** Searches a JavaScript file. */
export type SyntaxSearch = (file: PackageFile) => Syntax;

export function openSyntax(): SyntaxSearch {
  const probes = new AstAnalyser().probes.filter(({ name }) => used.has(name));
  const analyser = new AstAnalyser({ customProbes: probes, skipDefaultProbes: true });
  // One of its probes fails when a program computes the name of a required module in certain ways.
  const others = probes.filter(({ name }) => name !== 'isRequire');
  const withoutImports = new AstAnalyser({ customProbes: others, skipDefaultProbes: true });

  const search = (path: string, content: Uint8Array, depth: number): Syntax => {
    const source = withoutFirstComment(Buffer.from(content).toString('utf8'));
    const seen = seeing();
    const warnings =
      analysed(analyser, source, seen) ??
      (seen.isParsed()
        ? (analysed(withoutImports, source, seen) ??
          analysed(analyser, withNamedImports(source), seen) ??
          analysed(withoutImports, withNamedImports(source), seen))
        : undefined);
    const text = seen.text();
    const isRead = warnings !== undefined && text !== undefined;
    const found = [
      ...(text?.runs ?? []).map(({ by, line, isWeak: weak }) => ({
        rule: 'code-eval',
        file: path,
        value: by,
        lines: [line],
        ...(weak && { weak: true as const }),
      })),
      ...(text?.drops === true ? [{ rule: 'code-drops-program', file: path, value: '' }] : []),
      ...(text?.obeys === true ? [{ rule: 'code-remote-control', file: path, value: '' }] : []),
      ...(text?.starts ?? []).map((line) => ({ rule: 'code-command-received', file: path, value: '', lines: [line] })),
      ...(text?.fetches ?? []).map((line) => ({ rule: 'code-fetches-package', file: path, value: '', lines: [line] })),
      // The lines in a text that the program runs are no lines of the file.
      ...(depth < maxDepth ? (text?.programs ?? []) : [])
        .flatMap((each) => search(path, Buffer.from(each), depth + 1).found)
        .map(({ rule, file, value, weak }) => ({ rule, file, value, ...(weak === true && { weak }) })),
      ...(warnings ?? [])
        .filter(({ value }) => !nameSchemes.has(value ?? '') || text === undefined || text.names >= fewestNames)
        .flatMap((warning) => findings(warning, source, path)),
      ...(!isRead && mayRun(source) ? [{ rule: 'code-unparsed', file: path, value: '' }] : []),
    ];
    return { found, references: seen.references() };
  };
  return ({ path, content }) => search(path, content, 0);
}

/** Programs for hiding code that the analyser knows by the names alone that they give. */
const nameSchemes: ReadonlySet<string> = new Set(['freejsobfuscator', 'jjencode']);
/** Any two names may begin alike: a program with fewer can be read. */
const fewestNames = 10;

/**
 * The probes that find what a rule reports, or count for them. Left out are those for mistakes, such as slow expressions, and
 * `isUnsafeCallee`, which hides from the others what is inside the call that it finds: `readProgram` finds more.
 */
const used: ReadonlySet<string> = new Set([
  'dataExfiltration',
  'isArrayExpression',
  'isBinaryExpression',
  'isImportDeclaration',
  'isLiteral',
  'isMonkeyPatch',
  'isRequire',
  'isSerializeEnv',
  'isUnsafeCommand',
]);

/** A text that a program runs may itself run a text, and so on. */
const maxDepth = 3;

/** Parses for the analyser, and looks at what was parsed first: the analyser changes it. */
interface Seeing {
  readonly parse: (source: string) => ReturnType<JsSourceParser['parse']>;
  readonly isParsed: () => boolean;
  /** Undefined also when the program is nested too deeply. */
  readonly text: () => ProgramRead | undefined;
  readonly references: () => References;
}

function seeing(): Seeing {
  const parser = new JsSourceParser();
  let isParsed = false;
  let text: ProgramRead | undefined;
  let references = unknownReferences;
  return {
    parse: (source) => {
      const body = parser.parse(source);
      if (!isParsed) [text, references] = readIn(body);
      isParsed = true;
      return body;
    },
    isParsed: () => isParsed,
    text: () => text,
    references: () => references,
  };
}

function readIn(body: readonly unknown[]): [ProgramRead | undefined, References] {
  try {
    const program = body.filter(isNode);
    const text = readProgram(program);
    return [text, referencesOf(program, text)];
  } catch (error) {
    if (error instanceof RangeError) return [undefined, unknownReferences];
    throw error;
  }
}

/** The analyser fails on some imports without names, and any program could use these to hide from it. So they get a name. */
const withNamedImports = (source: string): string =>
  source.replace(/\bimport\s{0,20}(?:\{\s{0,20}\}\s{0,20}from\s{0,20})?(?=["'])/gu, 'import * as nothing from ');

/** Undefined when the analyser does not understand the program. */
function analysed(analyser: AstAnalyser, source: string, parser: Pick<Seeing, 'parse'>): Warning[] | undefined {
  try {
    return analyser.analyse(source, { customParser: parser }).warnings;
  } catch {
    return undefined;
  }
}

/** The analyser ignores a first line for the shell (`#!`), and counts lines after it. */
export const withoutFirstComment = (source: string): string =>
  source.startsWith('#!') ? source.slice(source.indexOf('\n') + 1) : source.replace(/^\ufeff/u, '');

/** Whether Node could run it. It is only compiled, as a script and as a module, and not run. */
export function mayRun(source: string): boolean {
  return compiles(() => vm.compileFunction(source)) || compiles(() => new vm.SourceTextModule(source));
}

/** A program that is nested too deeply for this process may compile in another one. */
function compiles(compile: () => unknown): boolean {
  try {
    compile();
    return true;
  } catch (error) {
    return !(error instanceof SyntaxError);
  }
}

function findings({ kind, value, location }: Warning, source: string, file: string): Omit<CodeFinding, 'count'>[] {
  const rule = ruleOfWarning.get(kind);
  // This warning covers every character without width; our own rules find the dangerous ones.
  if (rule === undefined || value === 'trojan-source') return [];
  return [
    {
      rule,
      file,
      value: value ?? '',
      ...lineOf(location),
      ...(isWeak(rule, value ?? '', location, source) && { weak: true as const }),
    },
  ];
}

/** Whether a warning means too little to report in a package that was never approved. */
function isWeak(rule: string, value: string, location: Warning['location'], source: string): boolean {
  switch (rule) {
    case 'code-import':
    case 'code-monkey-patch':
      return true;
    case 'code-environment':
      // In minified code one name is used for many things, and one of them may be the environment.
      return isMinified(source) && !/\bprocess\b/u.test(excerpt(source, location));
    case 'code-exfiltration':
      // A long text that mentions the profile of a shell is an explanation.
      return value.length > 200 && !/~\/\.(ssh|aws|npmrc)/u.test(value);
    case 'code-encoded-texts':
      return source.length > maxEncodedLength;
    default:
      return false;
  }
}

/** In longer files, eleven encoded texts are not unusual. */
const maxEncodedLength = 128 * 1024;

const isMinified = (source: string): boolean => source.length / source.split('\n').length > 200;

/** The first line of the code that a warning is about. */
function excerpt(source: string, location: Warning['location']): string {
  const [start, end] = location ?? [];
  if (!isPlace(start) || !isPlace(end)) return '';
  const line = source.split('\n')[start[0] - 1] ?? '';
  return line.slice(start[1], start[0] === end[0] ? end[1] : undefined);
}

/** The line where a warning begins, in the text that was analysed. */
function lineOf(location: Warning['location']): Pick<CodeFinding, 'lines'> {
  const [first] = (location ?? []).flat(2);
  return typeof first === 'number' && first > 0 ? { lines: [first] } : {};
}

const isPlace = (value: unknown): value is [number, number] => Array.isArray(value) && typeof value[0] === 'number';
