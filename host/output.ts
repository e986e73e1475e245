import { writeSync } from 'node:fs';
import { forTerminal } from '../core/exit.ts';

/** Data: one JSON document, or lines for a person. */
export function print(json: boolean | undefined, value: unknown, lines: readonly string[]): void {
  writeSync(1, json ? `${JSON.stringify(value, null, 2)}\n` : lines.map((line) => `${forTerminal(line)}\n`).join(''));
}

/** Words, beside the data. */
export const say = (line: string): void => void writeSync(2, `${forTerminal(line)}\n`);

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
