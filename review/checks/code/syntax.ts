/** What js-x-ray finds in programs, without what says nothing. */
import vm from 'node:vm';
import { AstAnalyser, type Warning } from '@nodesecure/js-x-ray';
import type { PackageFile } from '../../../core/tarball.ts';
import { ruleOfWarning } from './rules.ts';
import type { CodeFinding } from './report.ts';

/** Finds what counts in a file of JavaScript. */
export type SyntaxSearch = (file: PackageFile) => Omit<CodeFinding, 'count'>[];

export function openSyntax(): SyntaxSearch {
  const analyser = new AstAnalyser();
  // One of its probes fails where a program computes what it requires in certain ways.
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

/** The analyser fails on imports of nothing from some modules, which any program could use to hide from it. */
const withNamedImports = (source: string): string =>
  source.replace(/\bimport\s{0,20}(?:\{\s{0,20}\}\s{0,20}from\s{0,20})?(?=["'])/gu, 'import * as nothing from ');

/** Nothing where the analyser does not understand the program. */
function analysed(analyser: AstAnalyser, source: string): Warning[] | undefined {
  try {
    return analyser.analyse(source).warnings;
  } catch {
    return undefined;
  }
}

/** The analyser leaves out a first line that tells a shell what to start, and counts lines after it. */
const withoutFirstComment = (source: string): string =>
  source.startsWith('#') ? source.slice(source.indexOf('\n') + 1) : source.replace(/^\ufeff/u, '');

/** Whether Node could run it: it is compiled, as a script and as a module, and not run. */
function mayRun(source: string): boolean {
  return compiles(() => vm.compileFunction(source)) || compiles(() => new vm.SourceTextModule(source));
}

/** Too deep for here may not be too deep elsewhere. */
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
  // It means any character that has no width; our own rules know the dangerous ones.
  if (rule === undefined || value === 'trojan-source') return [];
  return [
    { rule, file, value: value ?? '', ...(isWeak(rule, value ?? '', location, source) && { weak: true as const }) },
  ];
}

/** Where a warning of a package that nobody knows yet would be noise. */
function isWeak(rule: string, value: string, location: Warning['location'], source: string): boolean {
  switch (rule) {
    case 'code-import':
    case 'code-monkey-patch':
      return true;
    case 'code-environment':
      // In minified code one name stands for many things, of which the environment is one.
      return isMinified(source) && !/\bprocess\b/u.test(excerpt(source, location));
    case 'code-exfiltration':
      // A long text that mentions a shell's profile is an explanation.
      return value.length > 200 && !/~\/\.(ssh|aws|npmrc)/u.test(value);
    case 'code-suspicious-file':
      return source.length > maxSuspiciousLength;
    default:
      return false;
  }
}

/** In longer files eleven encoded texts are not many. */
const maxSuspiciousLength = 128 * 1024;

const isMinified = (source: string): boolean => source.length / source.split('\n').length > 200;

/** The first line of what a warning is about. */
function excerpt(source: string, location: Warning['location']): string {
  const [start, end] = location ?? [];
  if (!isPlace(start) || !isPlace(end)) return '';
  const line = source.split('\n')[start[0] - 1] ?? '';
  return line.slice(start[1], start[0] === end[0] ? end[1] : undefined);
}

const isPlace = (value: unknown): value is [number, number] => Array.isArray(value) && typeof value[0] === 'number';
