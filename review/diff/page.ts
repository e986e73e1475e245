import { code } from '../show/markdown.ts';
import { more } from './lines.ts';
import { maxText, outline, titleParts, type Part, type Row, type Section } from './outline.ts';
import type { ServerDiff, WordRun } from './types.ts';

const maxRows = 60;
/** Of all words of a comparison. */
const maxWords = 1_000;

/** Formats a difference for the reviewer's page as Markdown: a heading, and a list for each part that changed. */
export const diffMarkdown = (diff: ServerDiff): string =>
  [`### ${code(diff.name)}: ${titleParts(diff).map(partText).join('')}`, ...outline(diff).map(sectionText)].join(
    '\n\n',
  );

function sectionText({ title: heading, summary, rows }: Section): string {
  const rest = rows.slice(maxRows);
  return [
    `**${heading}**${summary === '' ? '' : `: ${summary}`}`,
    '',
    ...rows.slice(0, maxRows).map(rowText),
    ...(rest.length > 0 ? [`- ${more(rest)}`] : []),
  ].join('\n');
}

const rowText = ({ mark, loud, parts }: Row): string =>
  `- ${loud ? '**!**' : `\`${mark}\``} ${parts.map(partText).join('')}`;

function partText(part: Part): string {
  if (typeof part === 'string') return part;
  if ('text' in part) return code(part.text, maxText);
  let left = maxWords;
  const shown: string[] = [];
  for (const run of part.words) {
    if (left <= 0) return [...shown, ' …'].join('');
    shown.push(runText(run, left));
    left -= run.text.length;
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
