/** The reviewer's page: Markdown that a person can read in five minutes, and that fits a GitHub job summary. */
import type { Finding, Level, Review, ReviewCheck, ReviewProblem, ServerReview, Verdict } from '../../schemas/types.ts';
import { isOpen, verdictsOnChange, verdictsOnMain } from '../verdict/verdict.ts';
import { cell, code, inline } from './markdown.ts';

/** GitHub accepts 1 MiB from a step. The page says how much was cut off. */
const maxPageBytes = 900_000;
/** The most rows of one table. */
const maxRows = 100;

const verdicts: Readonly<Record<Verdict, string>> = {
  'may-merge': 'May be merged',
  'needs-a-person': 'Needs a person',
  'must-not-merge': 'Must not be merged',
  'nothing-due': 'Nothing is due',
  'to-look-at': 'Something to look at',
  due: 'Something is due',
};

const levels: Readonly<Record<Level, string>> = { block: 'blocks', review: 'look at it', note: 'note' };

/**
 * `changes` is what changes in each server, as Markdown, by its name. The most severe findings come first, so that the
 * least important ones are cut off.
 */
export function reviewPage(review: Review, changes: ReadonlyMap<string, string>): string {
  const servers = review.servers.toSorted((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
  const sections = [
    ...(review.problems.length === 0 ? [] : [problemSection(review.problems)]),
    ...servers.map((server) => serverSection(server, changes.get(server.name))),
  ];
  const end = byHand(review);
  let page = summary(review, servers);
  let shown = 0;
  for (const section of sections) {
    if (Buffer.byteLength(page) + Buffer.byteLength(section) + Buffer.byteLength(end) + 200 > maxPageBytes) break;
    page += section;
    shown++;
  }
  const left = sections.length - shown;
  const cut =
    left === 0 ? '' : `\nThe page ends here: ${count(left, 'section')} more did not fit. The JSON has all of it.\n`;
  return page + cut + end;
}

const order: readonly Verdict[] = [...verdictsOnChange, ...verdictsOnMain];

function summary(
  { verdict, problems, servers, advisories, policy, base, commit }: Review,
  sorted: readonly ServerReview[],
): string {
  const errors = problems.filter(({ severity }) => severity !== 'warning').length;
  const lines = [
    ...(errors === 0 ? [] : [`- The files have ${count(errors, 'problem')}.`]),
    ...sorted
      .slice(0, maxRows)
      .map((server) => `- ${code(server.name)} ${verdicts[server.verdict].toLowerCase()}${because(server)}.`),
    ...(sorted.length > maxRows ? [`- And ${sorted.length - maxRows} more.`] : []),
  ];
  const teams = [...new Set(servers.flatMap(({ reviewers }) => reviewers))].sort();
  return `${[
    `# ${verdicts[verdict]}`,
    '',
    ...(lines.length === 0 ? ['No server changes.'] : lines),
    '',
    ...(teams.length === 0
      ? []
      : [`By the policy, one of each must approve: ${teams.map((team) => code(team)).join(', ')}.`, '']),
    `<sub>${[
      commit === null ? 'Of a working tree' : `Commit ${code(commit.slice(0, 12))}`,
      base === null ? 'against nothing' : `against ${code(base.slice(0, 12))}`,
      policy === null ? 'without a policy' : `by policy ${code(policy.slice(0, 12))}`,
    ].join(' ')}; advisories from ${code(advisories.source)}${
      advisories.asOf === null ? '' : ` as of ${advisories.asOf}`
    }${advisories.records === undefined ? '' : ` (${count(advisories.records, 'record')})`}.</sub>`,
  ].join('\n')}\n`;
}

function because({ findings, checks, verdict }: ServerReview): string {
  const open = findings.filter(isOpen);
  const of = (level: Level): readonly Finding[] => open.filter((finding) => finding.level === level);
  const missing = checks.filter(({ result }) => result === 'not-run').map(({ check }) => check);
  const [blocking, reviewed] = [of('block'), of('review')];
  const reasons = [
    ...(blocking.length === 0 ? [] : [`because of ${rulesOf(blocking)}`]),
    ...(blocking.length === 0 && verdict === 'must-not-merge' ? ['because of problems of its files'] : []),
    ...(reviewed.length === 0 ? [] : [`for ${rulesOf(reviewed)}`]),
    ...(missing.length === 0 ? [] : [`${missing.join(', ')} did not run`]),
  ];
  return reasons.length === 0 ? '' : `: ${reasons.join('; ')}`;
}

/** Only our own words, no text from outside. */
const rulesOf = (findings: readonly Finding[]): string =>
  [...Map.groupBy(findings, ({ rule }) => rule)]
    .map(([rule, { length }]) => `${code(rule)}${length === 1 ? '' : ` (${length})`}`)
    .join(', ');

const problemSection = (problems: readonly ReviewProblem[]): string =>
  `\n## Problems of the files\n\n${table(
    ['where', 'problem', 'what to do'],
    problems.map(({ file, line, code: id, message, remedy, severity }) => [
      cell(line === undefined ? file : `${file}:${line}`),
      `${severity === 'warning' ? 'warning ' : ''}${cell(id)} ${cell(message)}`,
      inline(remedy),
    ]),
  )}`;

/** Less than GitHub accepts in an issue. */
const maxIssueBytes = 60_000;

/** The part of the page about one server; it fits into an issue. */
export function serverPage(server: ServerReview): string {
  for (let rows = maxRows; ; rows = Math.floor(rows / 2)) {
    const page = serverSection(server, undefined, rows).trimStart();
    if (Buffer.byteLength(page) < maxIssueBytes || rows === 0) return page;
  }
}

function serverSection(
  { name, version, change, verdict, findings, checks, provenance, reviewers }: ServerReview,
  changes: string | undefined,
  rows = maxRows,
): string {
  const open = findings.filter(isOpen);
  const closed = findings.filter((finding) => !isOpen(finding));
  return `${[
    `\n## ${code(name)} ${code(version)}, ${change}: ${verdicts[verdict].toLowerCase()}`,
    '',
    `To approve: one of each of ${reviewers.map((team) => code(team)).join(', ')}.`,
    ...(changes === undefined || changes === '' ? [] : ['', changes.trim()]),
    '',
    '### Findings',
    '',
    open.length === 0 ? 'None.\n' : table(['', 'rule', 'found', 'what to do'], open.map(findingRow), rows),
    ...(closed.length === 0
      ? []
      : [
          '### Accepted by the policy',
          '',
          table(['rule', 'found', 'why, by whom and until when'], closed.map(acceptedRow), rows),
        ]),
    '### Checks',
    '',
    table(['check', 'result', ''], checks.map(checkRow)),
    provenance.kind === 'verified'
      ? `Built from ${code(provenance.repository)} at ${code(provenance.commit)} by ${code(provenance.workflow)}. Its publisher attests this, and the attestation was verified.`
      : `What the artefact was built from is not attested: ${code(provenance.why)}.`,
  ].join('\n')}\n`;
}

const findingRow = ({ level, rule, subject, message, remedy }: Finding): string[] => [
  levels[level],
  cell(rule),
  found(subject, message),
  inline(remedy),
];

/** Most messages begin with their subject. */
const found = (subject: string, message: string): string =>
  message.startsWith(subject) ? cell(message) : `${cell(subject)} ${cell(message)}`;

const acceptedRow = ({ rule, subject, message, accepted }: Finding): string[] => [
  cell(rule),
  found(subject, message),
  `${inline(accepted?.reason ?? '')} ${cell(accepted?.owner ?? '')}, until ${accepted?.expires ?? ''}`,
];

const checkRow = ({ check, result, detail }: ReviewCheck): string[] => [
  check,
  result === 'not-run' ? 'did not run' : result,
  inline(detail),
];

function byHand({ base }: Review): string {
  const against = base === null ? '' : ` --base ${base.slice(0, 12)}`;
  return `\n## See it yourself\n\n\`\`\`sh\nnpm ci\nnpx registry validate${against}\nnpx registry diff${base === null ? '' : ` ${base.slice(0, 12)}`}\nnpx registry scan${against}\n\`\`\`\n`;
}

/** The cells must be escaped already. */
function table(head: readonly string[], rows: readonly (readonly string[])[], shown = maxRows): string {
  const more = rows.length - shown;
  return `${[
    `| ${head.join(' | ')} |`,
    `| ${head.map(() => '---').join(' | ')} |`,
    ...rows.slice(0, shown).map((row) => `| ${row.join(' | ')} |`),
  ].join('\n')}\n${more > 0 ? `\nAnd ${more} more.\n` : ''}`;
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
