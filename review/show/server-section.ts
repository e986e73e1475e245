/** The part of the reviewer's page about one server: findings, then what changes; what rarely decides is folded. */
import type { Finding, Level, ReviewCheck, ServerReview } from '../../schemas/types.ts';
import { isOpen } from '../verdict/verdict.ts';
import { gainsText, verdictWords } from './first-line.ts';
import { cell, code, folded, inline } from './markdown.ts';
import { count, maxRows, table } from './table.ts';

const levels: Readonly<Record<Level, string>> = { block: 'blocks', review: 'decide', note: 'note' };

/** How one section is written. */
export interface SectionOptions {
  /** What changes, as Markdown. */
  readonly changes?: string;
  readonly rows?: number;
  /** Whether the page is about this server alone, so that its first lines say already what it gains and who approves. */
  readonly isAlone?: boolean;
  /** The address of a line in a file, if there is one. */
  readonly linkTo?: (file: string, line?: number) => string | undefined;
}

export function serverSection(server: ServerReview, options: SectionOptions = {}): string {
  const { name, version, change, verdict, gains, findings, checks, provenance, reviewers } = server;
  const { changes, rows = maxRows, isAlone = false, linkTo = () => undefined } = options;
  const open = findings.filter(isOpen);
  const closed = findings.filter((finding) => !isOpen(finding));
  const [serious, notes] = [open.filter(({ level }) => level !== 'note'), open.filter(({ level }) => level === 'note')];
  const tableOf = (some: readonly Finding[]): string =>
    table(
      ['', 'found', 'what to do', 'where'],
      some.map((finding) => findingRow(finding, linkTo)),
      rows,
    );
  return `\n${[
    `## ${code(name)} ${code(version)}, ${change}: ${verdictWords[verdict].toLowerCase()}`,
    ...(gains.length === 0 || isAlone ? [] : [`It ${gainsText(gains)}.`]),
    ...(reviewers.length === 0 || isAlone || change === 'unchanged'
      ? []
      : [`To approve: one of each of ${reviewers.map((team) => code(team)).join(', ')}.`]),
    '### Findings',
    serious.length === 0 ? 'None that a person must decide.' : tableOf(serious),
    ...(notes.length === 0 ? [] : [folded(count(notes.length, 'note'), tableOf(notes))]),
    ...(closed.length === 0
      ? []
      : [
          folded(
            `${closed.length} accepted by the policy`,
            table(['rule', 'found', 'why, by whom and until when'], closed.map(acceptedRow), rows),
          ),
        ]),
    ...(changes === undefined || changes === '' ? [] : ['### What changes', changes.trim()]),
    folded(
      `checks: ${checksSummary(checks)}`,
      [
        table(['check', 'result', ''], checks.map(checkRow)).trimEnd(),
        provenance.kind === 'verified'
          ? `Built from ${code(provenance.repository)} at ${code(provenance.commit)} by ${code(provenance.workflow)}. Its publisher attests this, and the attestation was verified.`
          : `What the artefact was built from is not attested: ${code(provenance.why)}.`,
      ].join('\n\n'),
    ),
  ]
    .map((part) => part.trimEnd())
    .join('\n\n')}\n`;
}

function findingRow(
  { level, rule, subject, message, remedy, file, line }: Finding,
  linkTo: NonNullable<SectionOptions['linkTo']>,
): string[] {
  const place = cell(line === undefined ? file : `${file}:${line}`);
  const address = linkTo(file, line);
  return [
    `**${levels[level]}**`,
    `${found(subject, message)} ${cell(rule)}`,
    inline(remedy),
    address === undefined ? place : `[${place}](${address})`,
  ];
}

/** Most messages begin with their subject. */
const found = (subject: string, message: string): string =>
  message.startsWith(subject) ? cell(message) : `${cell(subject)} ${cell(message)}`;

const acceptedRow = ({ rule, subject, message, accepted }: Finding): string[] => [
  cell(rule),
  found(subject, message),
  `${inline(accepted?.reason ?? '')} ${cell(accepted?.owner ?? '')}, until ${accepted?.expires ?? ''}`,
];

const words: Readonly<Record<ReviewCheck['result'], string>> = {
  passed: 'passed',
  failed: 'failed',
  'not-run': 'did not run',
};

const checkRow = ({ check, result, detail }: ReviewCheck): string[] => [check, words[result], inline(detail)];

const checksSummary = (checks: readonly ReviewCheck[]): string =>
  (['failed', 'not-run', 'passed'] as const)
    .map((result) => [checks.filter((each) => each.result === result).length, words[result]] as const)
    .filter(([number]) => number > 0)
    .map(([number, word]) => `${number} ${word}`)
    .join(', ');
