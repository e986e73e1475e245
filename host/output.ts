import { writeSync } from 'node:fs';
import { forTerminal } from '../core/exit.ts';

/** Data: one JSON document, or lines for a person. */
export function print(json: boolean | undefined, value: unknown, lines: readonly string[]): void {
  writeSync(
    1,
    json ? `${escaped(JSON.stringify(value, null, 2))}\n` : lines.map((line) => `${forTerminal(line)}\n`).join(''),
  );
}

/** The same JSON, with what could hide or forge text on a terminal as escapes. */
const escaped = (json: string): string =>
  json.replaceAll(/[\u007f-\u009f\p{Cf}\u2028\u2029]/gu, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );

/** Words, beside the data; each argument is a line. */
export const say = (...lines: readonly string[]): void =>
  void writeSync(2, lines.map((line) => `${forTerminal(line)}\n`).join(''));

/** A line that is written over and over, on a terminal only. */
export function progress(what: string): (done: number, of: number) => void {
  if (!process.stderr.isTTY) return () => undefined;
  return (done, of) => void writeSync(2, done === of ? '\r\u001b[K' : `\r\u001b[K${what} ${done}/${of}`);
}

/** Columns that line up. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
