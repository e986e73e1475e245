/** Problems as people read them: where, what, what to do, and the lines that are meant. */
import type { Problem } from '../../core/problem.ts';
import { filesWithSecrets } from '../../catalog/secrets.ts';
import { frameOf, visible } from './frame.ts';

/** Colours some text, or gives it back as it is. */
export type Paint = (colour: 'red' | 'yellow' | 'gray' | 'cyan', text: string) => string;

/** After so many, a list is read by its first lines alone. */
const maxFrames = 100;

/**
 * Problems in the order given, as lines that editors and people can follow. `textOf` gives the text of a file, or
 * nothing where it cannot be read.
 */
export function problemLines(
  problems: readonly Problem[],
  textOf: (file: string) => string | undefined,
  paint: Paint,
): string[] {
  // A frame around one line may show what stands in the next one.
  const secretive = filesWithSecrets(problems);
  let frames = 0;
  let [latest, text]: [string, string | undefined] = ['', undefined];
  const lines = problems.flatMap(({ file, line, column, code, message, remedy, severity }) => {
    const place = [file, line, column].filter((part) => part !== undefined && part !== '').join(':');
    const kind = severity === 'warning' ? paint('yellow', 'warning') : paint('red', 'error');
    const framed: string[] = [];
    if (line !== undefined && !secretive.has(file) && frames < maxFrames) {
      if (file !== latest) [latest, text] = [file, textOf(file)];
      framed.push(...painted(text === undefined ? [] : frameOf(text, line, column), paint));
      if (framed.length > 0) frames++;
    }
    const words = `${visible(place)}: ${kind}: ${visible(message)} ${paint('gray', `[${visible(code)}]`)}`;
    return [words, ...framed, `  ${visible(remedy)}`, ...(framed.length > 0 ? [''] : [])];
  });
  const errors = problems.filter(({ severity }) => severity !== 'warning').length;
  if (errors > 0)
    lines.push(...(lines.at(-1) === '' ? [] : ['']), `${errors} ${errors === 1 ? 'problem' : 'problems'}`);
  return lines;
}

/** The library colours only what it takes for JavaScript. */
const painted = (frame: readonly string[], paint: Paint): string[] =>
  frame.map((line) => {
    const {
      mark = '',
      gutter = '',
      rest = '',
    } = /^(?<mark>[> ])(?<gutter> *\d* \|)(?<rest>.*)$/su.exec(line)?.groups ?? {};
    const source = /\d/u.test(gutter);
    return `${mark === '>' ? paint('red', '>') : mark}${paint('gray', gutter)}${source ? rest : paint('red', rest)}`;
  });
