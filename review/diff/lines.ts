import { visible } from '../show/visible.ts';
import { outline, titleParts, type Section } from './outline.ts';
import { maxText, type Part, type Row } from './rows.ts';
import type { ServerDiff, WordRun } from './types.ts';
import { elided } from './words.ts';

const width = 80;
const maxRows = 40;
/** Of all words of a comparison. */
const maxWords = 600;

/** Formats a difference for a terminal. `!` marks what to read first, `+` gained or new, `-` lost or removed, `~` changed. */
export function diffLines(diff: ServerDiff): string[] {
  const title = [{ text: diff.name }, ': ', ...titleParts(diff)].map(partText).join('');
  return [...wrapped('', title), ...outline(diff).flatMap(sectionLines)];
}

function sectionLines({ title: heading, summary, rows }: Section): string[] {
  const rest = rows.slice(maxRows);
  return [
    ...wrapped('  ', [heading, ...(summary === '' ? [] : [summary])].join(': ')),
    ...rows.slice(0, maxRows).flatMap(rowLines),
    ...(rest.length > 0 ? [`    ${more(rest)}`] : []),
  ];
}

/** The number of rows that are left out. */
export function more(rows: readonly Row[]): string {
  const loud = rows.filter((row) => row.loud).length;
  return `and ${rows.length} more${loud > 0 ? `, ${loud} of them marked with !` : ''}`;
}

const rowLines = ({ mark, loud, parts }: Row): string[] =>
  wrapped(`  ${loud ? '!' : mark} `, parts.map(partText).join(''));

function partText(part: Part): string {
  if (typeof part === 'string') return part;
  if ('text' in part) return visible(part.text, maxText);
  if (!('words' in part)) return visible(part.whole, maxText);
  return visible(part.words.map(runText).join(''), maxWords);
}

/** Shows changed words like git. */
function runText({ kind, text }: WordRun): string {
  switch (kind) {
    case 'same':
      return elided(text);
    case 'added':
      return `{+${text}+}`;
    case 'removed':
      return `[-${text}-]`;
    default:
      return kind satisfies never;
  }
}

/** Breaks long text into lines. Only the first line begins in the column of the marks. */
function wrapped(start: string, text: string): string[] {
  const lines: string[] = [];
  let line = start;
  for (const word of text.split(/(?<= )(?=[^ ])/u)) {
    let rest = word;
    if (line.length + rest.trimEnd().length > width && line.trimEnd().length > indent.length) {
      lines.push(line.trimEnd());
      line = indent;
    }
    while (line.length + rest.trimEnd().length > width) {
      lines.push(line + rest.slice(0, width - line.length));
      rest = rest.slice(width - line.length);
      line = indent;
    }
    line += rest;
  }
  return [...lines, line.trimEnd()];
}

const indent = ' '.repeat(6);
