/** The reviewer's page: Markdown that a person can read in five minutes, and that fits a GitHub job summary. */
import type { Review, ReviewProblem, ServerReview, Verdict } from '../../schemas/types.ts';
import { verdictsOnChange, verdictsOnMain } from '../verdict/verdict.ts';
import { firstLine, reasonsOf, verdictWords } from './first-line.ts';
import { cell, code, folded, inline } from './markdown.ts';
import { serverSection } from './server-section.ts';
import { count, maxRows, table } from './table.ts';
import { whatToDo } from './what-to-do.ts';

/** GitHub accepts 1 MiB from a step. The page says how much was cut off. */
const maxPageBytes = 900_000;

/** What the page needs besides the review. */
export interface PageOptions {
  /** What changes in each server, as Markdown, by its name. */
  readonly changes: ReadonlyMap<string, string>;
  readonly linkTo?: (file: string, line?: number) => string | undefined;
}

/** The verdict and what to do come first, then the most severe findings, so that the least important ones are cut off. */
export function reviewPage(review: Review, { changes, linkTo }: PageOptions): string {
  const servers = review.servers.toSorted((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
  // Made one by one: most of a large review does not fit.
  const sections = [
    ...(review.problems.length === 0 ? [] : [(): string => problemSection(review.problems)]),
    ...servers.map((server) => (): string => {
      const changed = changes.get(server.name);
      return serverSection(server, {
        ...(changed !== undefined && { changes: changed }),
        ...(linkTo !== undefined && { linkTo }),
        isAlone: servers.length === 1,
      });
    }),
  ];
  const end = basis(review);
  let page = summary(review, servers);
  let [shown, bytes] = [0, Buffer.byteLength(page) + Buffer.byteLength(end) + 200];
  for (const make of sections) {
    const section = make();
    bytes += Buffer.byteLength(section);
    if (bytes > maxPageBytes) break;
    page += section;
    shown++;
  }
  const left = sections.length - shown;
  const cut =
    left === 0 ? '' : `\nThe page ends here: ${count(left, 'section')} more did not fit. The JSON has all of it.\n`;
  return page + cut + end;
}

const order: readonly Verdict[] = [...verdictsOnChange, ...verdictsOnMain];

function summary(review: Review, sorted: readonly ServerReview[]): string {
  const steps = whatToDo(review);
  const lines = sorted.map((server) => {
    const reasons = reasonsOf(server, 'it');
    return `- ${code(server.name)} ${verdictWords[server.verdict].toLowerCase()}${reasons === '' ? '' : `: ${reasons}`}.`;
  });
  return `${[
    `# ${firstLine(review)}`,
    '',
    ...(steps.length === 0 ? [] : ['**What to do**', '', ...steps.map((step) => `1. ${step}`), '']),
    // The first line and the section say it all of a single server.
    ...(sorted.length < 2 ? [] : ['**Servers**', '', ...lines.slice(0, maxRows)]),
    ...(sorted.length > maxRows ? [`- And ${sorted.length - maxRows} more.`] : []),
  ].join('\n')}\n`;
}

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
    const page = serverSection(server, { rows }).trimStart();
    if (Buffer.byteLength(page) < maxIssueBytes || rows === 0) return page;
  }
}

/** What was judged by what, and how to do it again. */
function basis({ base, commit, policy, advisories }: Review): string {
  const against = base === null ? '' : ` --base ${base.slice(0, 12)}`;
  const judged = `${[
    commit === null ? 'Of a working tree' : `Commit ${code(commit.slice(0, 12))}`,
    base === null ? 'against nothing' : `against ${code(base.slice(0, 12))}`,
    policy === null ? 'without a policy' : `by policy ${code(policy.slice(0, 12))}`,
  ].join(' ')}; advisories from ${code(advisories.source)}${
    advisories.asOf === null ? '' : ` as of ${advisories.asOf}`
  }${advisories.records === undefined ? '' : ` (${count(advisories.records, 'record')})`}.`;
  const commands = `\`\`\`sh\nnpm ci\nnpx registry validate${against}\nnpx registry diff${base === null ? '' : ` ${base.slice(0, 12)}`}\nnpx registry scan${against}\n\`\`\``;
  return `\n${folded('what was judged, and how to do it again', `${judged}\n\n${commands}`)}\n`;
}
