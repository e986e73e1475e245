/** Finds what js-x-ray reports about programs, without the warnings that mean nothing. */
import vm from 'node:vm';
import { AstAnalyser, type Warning } from '@nodesecure/js-x-ray';
import type { PackageFile } from '../../../core/tarball.ts';
import { ruleOfWarning } from './rules.ts';
import type { CodeFinding } from './report.ts';

/** Searches a JavaScript file. */
export type SyntaxSearch = (file: PackageFile) => Omit<CodeFinding, 'count'>[];

export function openSyntax(): SyntaxSearch {
  const analyser = new AstAnalyser();
  // One of its probes fails when a program computes the name of a required module in certain ways.
  const others = analyser.probes.filter(({ name }) => name !== 'isRequire');
  const withoutImports = new AstAnalyser({ customProbes: others, skipDefaultProbes: true });

  return ({ path, content }) => {
    const source = withoutFirstComment(Buffer.from(content).toString('utf8'));
    const warnings =
      analysed(analyser, source) ??
      analysed(withoutImports, source) ??
      analysed(analyser, withNamedImports(source)) ??
      analysed(withoutImports, withNamedImports(source));
    if (warnings !== undefined) return warnings.flatMap((warning) => findings(warning, source, path));
    return mayRun(source) ? [{ rule: 'code-unparsed', file: path, value: '' }] : [];
  };
}

/** The analyser fails on some imports without names, and any program could use these to hide from it. So they get a name. */
const withNamedImports = (source: string): string =>
  source.replace(/\bimport\s{0,20}(?:\{\s{0,20}\}\s{0,20}from\s{0,20})?(?=["'])/gu, 'import * as nothing from ');

/** Undefined when the analyser does not understand the program. */
function analysed(analyser: AstAnalyser, source: string): Warning[] | undefined {
  try {
    return analyser.analyse(source).warnings;
  } catch {
    return undefined;
  }
}

/** The analyser ignores a first line for the shell (`#!`), and counts lines after it. */
const withoutFirstComment = (source: string): string =>
  source.startsWith('#') ? source.slice(source.indexOf('\n') + 1) : source.replace(/^\ufeff/u, '');

/** Whether Node could run it. It is only compiled, as a script and as a module, and not run. */
function mayRun(source: string): boolean {
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
    { rule, file, value: value ?? '', ...(isWeak(rule, value ?? '', location, source) && { weak: true as const }) },
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
    case 'code-suspicious-file':
      return source.length > maxSuspiciousLength;
    default:
      return false;
  }
}

/** In longer files, eleven encoded texts are not unusual. */
const maxSuspiciousLength = 128 * 1024;

const isMinified = (source: string): boolean => source.length / source.split('\n').length > 200;

/** The first line of the code that a warning is about. */
function excerpt(source: string, location: Warning['location']): string {
  const [start, end] = location ?? [];
  if (!isPlace(start) || !isPlace(end)) return '';
  const line = source.split('\n')[start[0] - 1] ?? '';
  return line.slice(start[1], start[0] === end[0] ? end[1] : undefined);
}

const isPlace = (value: unknown): value is [number, number] => Array.isArray(value) && typeof value[0] === 'number';
