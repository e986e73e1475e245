import { writeSync } from 'node:fs';
import { forTerminal, withoutCommands } from '../core/exit.ts';
import { Failure, systemCode } from '../core/failure.ts';

/** Data: one JSON document, or lines for a person. */
export function print(json: boolean | undefined, value: unknown, lines: readonly string[]): void {
  if (json) writeAll(1, `${escaped(JSON.stringify(value, null, 2))}\n`);
  else writeAll(1, shown(lines));
}

/** Lines that may hold text from outside. */
const shown = (lines: readonly string[]): string =>
  lines.map((line) => `${withoutCommands(forTerminal(line))}\n`).join('');

/** The same JSON, in which what could hide or forge text on a terminal, or command GitHub's runner, is written as escapes. */
const escaped = (json: string): string =>
  json.replaceAll('##[', '##\\u005b').replaceAll(/[\u007f-\u009f\p{Cf}\u2028\u2029]/gu, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );

/** Messages for people, on the standard error output. Each argument is a line. */
export const say = (...lines: readonly string[]): void => writeAll(2, shown(lines));

/**
 * Writes the whole text, even if the reader at the other end is slow. One that has ended, as `head` does, wants no more of it: what
 * the command does goes on, and its exit code says how that ended.
 * @throws Failure `not-printed`
 */
export function writeAll(descriptor: 1 | 2, text: string): void {
  const bytes = Buffer.from(text, 'utf8');
  for (let at = 0; at < bytes.length;)
    try {
      // After Node has made a stream of it, a pipe accepts only as many bytes as it has room for.
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      const code = systemCode(error);
      if (code === 'EPIPE') return;
      if (code !== 'EAGAIN') throw notPrinted(descriptor, code, error);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
}

const notPrinted = (descriptor: 1 | 2, code: string | undefined, cause: unknown): Failure =>
  new Failure(
    'not-printed',
    `the ${descriptor === 1 ? 'output' : 'error output'} cannot be written${code === undefined ? '' : ` (${code})`}`,
    code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG'
      ? 'free some space where it goes, and run the command again'
      : 'let it go to a terminal, a file or a pipe, and run the command again',
    { cause },
  );

/** What a command says of its failure. Where that can be printed neither, the exit code says it alone. */
export function printFailure(json: boolean, value: unknown, ...lines: readonly string[]): void {
  for (const tell of [() => json && print(true, value, []), () => say(...lines)])
    try {
      tell();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
}

/** A progress line that is overwritten in place, on a terminal only. */
export function progress(what: string): (done: number, of: number) => void {
  if (!process.stderr.isTTY) return () => undefined;
  return (done, of) => writeAll(2, done === of ? '\r\u001b[K' : `\r\u001b[K${what} ${done}/${of}`);
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
