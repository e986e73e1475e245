/** The lines of a file around a place, as a terminal of eighty columns can show them. */
import { codeFrameColumns } from '@babel/code-frame';
import { forTerminal } from '../../core/exit.ts';

const columns = 80;
/** Lines above and below the one that is meant. */
const around = 2;
/** What the line that is meant keeps at least to the right of the place, where it must be cut. */
const keptRight = 20;

/**
 * The lines around a place, which is counted from 1, with a mark under it. Nothing where the text has no such place,
 * as after a change since it was read. Characters that could hide or forge text are shown as escapes.
 */
export function frameOf(text: string, line: number, column?: number): string[] {
  const first = Math.max(1, line - around);
  const lines = linesOf(text, first, line + around);
  const meant = lines[line - first];
  if (meant === undefined || (column !== undefined && column > meant.length + 1)) return [];
  // Before a line stand a mark, its number and a rule.
  const room = columns - String(line + around).length - 5;
  const at = column === undefined ? meant.search(/\S|$/u) : column - 1;
  const start = startOf(meant, at, room);
  const mark = width(cells(meant, start, at)) + (start > 0 ? 1 : 0);
  return codeFrameColumns(
    lines.map((each) => cut(each, start, room)).join('\n'),
    // Columns are counted from 0 here.
    { start: { line, column: mark } },
    { startLine: first, linesAbove: around, linesBelow: around },
  ).split('\n');
}

/** A whole text on one line, with what could hide or forge lines, or command GitHub's runner, as escapes. */
export const visible = (text: string): string => cells(text, 0, text.length).join('');

/** The lines from `first` to `last`, without what ends them. */
function linesOf(text: string, first: number, last: number): string[] {
  let from = 0;
  for (let line = 1; line < first; line++) {
    const end = text.indexOf('\n', from);
    if (end < 0) return [];
    from = end + 1;
  }
  const lines: string[] = [];
  for (let line = first; line <= last; line++) {
    const end = text.indexOf('\n', from);
    lines.push(text.slice(from, end < 0 ? undefined : end).replace(/\r$/u, ''));
    if (end < 0) break;
    from = end + 1;
  }
  return lines;
}

/** Where a line must be cut on its left so that the place in it is seen. */
function startOf(line: string, at: number, room: number): number {
  // No character is narrower than one column.
  if (line.length <= room && width(cells(line, 0, line.length)) <= room) return 0;
  const left = room - keptRight;
  if (at <= left && width(cells(line, 0, at)) <= left) return 0;
  let start = at;
  for (let taken = 1; start > 0; start--) {
    taken += width(cells(line, start - 1, start));
    if (taken > left) break;
  }
  return start;
}

/** What fits of a line from `start` on; an ellipsis stands for what does not. */
function cut(line: string, start: number, room: number): string {
  if (line === '') return '';
  const shown = cells(line, start, Math.min(line.length, start + room + 1));
  if (start > 0) shown.unshift('…');
  if (width(shown) <= room) return shown.join('');
  while (width(shown) > room - 1) shown.pop();
  return `${shown.join('')}…`;
}

/** The characters of a part of a line, each as it is shown. */
function cells(line: string, from: number, to: number): string[] {
  const part = line.slice(from, to);
  const found: string[] = [];
  let at = from;
  for (const character of part) {
    // GitHub's runner takes what follows `##[` for a command, anywhere in a line.
    const commands = character === '[' && line.slice(Math.max(0, at - 2), at) === '##';
    found.push(commands ? '\\u{5b}' : forTerminal(character));
    at += character.length;
  }
  return found;
}

const width = (shown: readonly string[]): number =>
  shown.reduce((sum, cell) => sum + (wide.test(cell) ? 2 : cell.length), 0);

const wide =
  /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\u3000-\u303f\uff00-\uff60]$/u;
