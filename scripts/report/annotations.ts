/** Problems as GitHub shows them beside the lines of a pull request. */
import type { Problem } from '../../core/problem.ts';
import { visible } from './frame.ts';

/** Of each level, GitHub shows so many of one step. */
const shownOfLevel = 10;

/**
 * Problems in the order given, as commands of GitHub's workflows, one a line. Where GitHub would not show all of a
 * level, the first says how many there are.
 */
export function annotationLines(problems: readonly Problem[]): string[] {
  const errors = problems.filter(({ severity }) => severity !== 'warning');
  const warnings = problems.filter(({ severity }) => severity === 'warning');
  return [
    ...summary('error', errors),
    ...errors.map((problem) => annotation('error', problem)),
    ...summary('warning', warnings),
    ...warnings.map((problem) => annotation('warning', problem)),
  ];
}

type Level = 'error' | 'warning';

function summary(level: Level, problems: readonly Problem[]): string[] {
  if (problems.length <= shownOfLevel) return [];
  const byCode = [...Map.groupBy(problems, ({ code }) => code)].toSorted(
    ([a, some], [b, others]) => others.length - some.length || (a < b ? -1 : 1),
  );
  const files = new Set(problems.map(({ file }) => file)).size;
  const title = `${problems.length} ${level === 'error' ? 'problems' : 'warnings'} in ${files} ${files === 1 ? 'file' : 'files'}`;
  const counts = byCode.map(([code, those]) => `${code}: ${those.length}`).join('\n');
  return [
    command(level, { title }, `GitHub shows ${shownOfLevel} of them; the log of this step has them all\n${counts}`),
  ];
}

function annotation(level: Level, { code, file, line, column, message, remedy }: Problem): string {
  const place = file === '' ? {} : { file: visible(file), line, endLine: line, col: column };
  return command(level, { ...place, title: code }, `${visible(message)}\n${visible(remedy)}`);
}

/** https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands */
function command(
  level: Level,
  properties: Readonly<Record<string, string | number | undefined>>,
  message: string,
): string {
  const words = Object.entries(properties)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${asProperty(String(value))}`);
  return `::${level} ${words.join(',')}::${asData(message)}`;
}

// As the runner takes them apart: what ends a line, and in a property what ends the property, becomes a percent code.
const asData = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const asProperty = (text: string): string => asData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
