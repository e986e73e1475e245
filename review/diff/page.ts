/** Formats a difference for the reviewer's page as Markdown. What rarely decides anything is folded. */
import { code, folded, quoted } from '../show/markdown.ts';
import { more } from './lines.ts';
import { outline, titleParts, type Section } from './outline.ts';
import { maxText, type Part, type Row } from './rows.ts';
import type { ServerDiff, WordRun } from './types.ts';
import { elided } from './words.ts';

const maxRows = 60;
/** Important rows of a part that is folded otherwise. */
const maxOpen = 10;
/** Of the schemas of one tool. */
const maxRowsOfTool = 200;
/** Of all words of a comparison that is not shown in full. */
const maxWords = 1_000;
/** Of a text that is shown in full: the limit of the texts in a difference. */
const maxWhole = 20_000;

/** A heading, and a list for each part that changed. */
export const diffMarkdown = (diff: ServerDiff): string =>
  [
    `### ${code(diff.name)}: ${titleParts(diff).map(partText).join('')}`,
    ...outline(diff, maxRowsOfTool).map(sectionText),
  ].join('\n\n');

/** The same as `diffMarkdown`, without the heading. `linkTo` gives the address of a file, if there is one. */
export const diffBody = (diff: ServerDiff, linkTo: (file: string) => string | undefined = () => undefined): string =>
  [...versionText(diff), ...outline(diff, maxRowsOfTool).map(sectionText), ...wholeFiles(diff, linkTo)].join('\n\n');

const versionText = ({ version: { was, now } }: ServerDiff): string[] =>
  was === undefined || now === undefined || was === now ? [] : [`**version**: ${code(was)} → ${code(now)}`];

function sectionText({ title, summary, rows, folded: isFolded }: Section): string {
  const heading = `${title}${summary === '' ? '' : `: ${summary}`}`;
  if (!isFolded) return `**${title}**${heading.slice(title.length)}\n\n${list(rows)}`;
  const open = rows.filter((row) => row.loud).slice(0, maxOpen);
  const rest = rows.filter((row) => !open.includes(row));
  return [
    ...(open.length === 0 ? [] : [`**${title}**\n\n${list(open)}`]),
    ...(rest.length === 0 ? [] : [folded(open.length === 0 ? heading : `${heading}; the others`, list(rest))]),
  ].join('\n\n');
}

function list(rows: readonly Row[]): string {
  const rest = rows.slice(maxRows);
  return [...rows.slice(0, maxRows).map(rowText), ...(rest.length > 0 ? [`- ${more(rest)}`] : [])].join('\n');
}

/** What is not on the page stands there. */
function wholeFiles({ name, kind }: ServerDiff, linkTo: (file: string) => string | undefined): string[] {
  if (kind === 'deleted') return [];
  const links = [`servers/${name}.yaml`, `servers/${name}.lock.json`].flatMap((file) => {
    const address = linkTo(file);
    return address === undefined ? [] : [`[${code(file)}](${address})`];
  });
  return links.length === 0 ? [] : [`All of it: ${links.join(', ')}.`];
}

const rowText = ({ mark, loud, parts }: Row): string =>
  `- ${loud ? '**!**' : `\`${mark}\``} ${parts.map(partText).join('')}`;

function partText(part: Part): string {
  if (typeof part === 'string') return part;
  if ('text' in part) return code(part.text, maxText);
  // Two spaces keep the quotation inside its entry of the list.
  if (!('words' in part)) return `\n\n${quoted(part.whole, maxWhole, '  ')}\n`;
  let left = part.whole ? maxWhole : maxWords;
  const shown: string[] = [];
  for (const run of part.words) {
    if (left <= 0) return [...shown, ' …'].join('');
    const piece = part.whole || run.kind !== 'same' ? run : { ...run, text: elided(run.text) };
    shown.push(runText(piece, left));
    left -= piece.text.length;
  }
  return shown.join('');
}

/** Text from outside is shown as code; only our own text has markup. */
function runText({ kind, text }: WordRun, length: number): string {
  switch (kind) {
    case 'same':
      return code(text, length);
    case 'added':
      return `<ins>${code(text, length)}</ins>`;
    case 'removed':
      return `<del>${code(text, length)}</del>`;
    default:
      return kind satisfies never;
  }
}
