/** Fixes in the text of a manifest what needs no decision: line ends, quotes and the order of fields. Comments stay. */
import { isDeepStrictEqual } from 'node:util';
import { isScalar, Lexer, LineCounter, parseDocument, visit, type Document, type Scalar } from 'yaml';
import { manifestFormat, type Format } from '../core/formats.ts';
import { checkFormat } from '../core/schema.ts';
import { readYaml } from '../core/yaml.ts';
import { inOrderOfFields, yamlOptions } from './field-order.ts';

/** A fixed text, and what was done to it, in words. */
export interface Fix {
  readonly text: string;
  readonly changes: readonly string[];
}

/** Each round sees as many faults as one reading of a manifest names. */
const maxRounds = 5;

/** Any YAML that is read at all, whether or not it is a manifest. */
const anyYaml: Format<unknown> = { name: 'manifest', maxBytes: manifestFormat.maxBytes, validate: () => true };

/**
 * The text as it should be written. Undefined if it is already written so, or has syntax errors. The meaning stays the
 * same, except that numbers and similar values get quotes where a text is required.
 */
export function fixManifest(text: string): Fix | undefined {
  if (!isReadable(text)) return undefined;
  const changes: string[] = [];
  let now = parse(text);
  /**
   * Whether the next text has the expected meaning and every comment. If not, nothing is fixed: a person must do it.
   */
  const take = (next: string, expected: unknown, words: string): boolean => {
    if (next === now.text || !isReadable(next)) return false;
    const parsed = parse(next);
    if (!isDeepStrictEqual(parsed.document.toJS(), expected)) return false;
    if (!isDeepStrictEqual(comments(next), comments(now.text))) return false;
    now = parsed;
    if (!changes.includes(words)) changes.push(words);
    return true;
  };

  const value = (): unknown => now.document.toJS();
  take(tidied(now), value(), 'line ends and blank lines');
  for (let round = 0; round < maxRounds; round++) {
    const quoted = withQuotes(now);
    if (quoted === undefined || !take(quoted.text, quoted.value, quoted.words)) break;
  }
  take(withSingleQuotes(now), value(), 'single quotes');
  take(inOrderOfFields(now.text, now.document), value(), 'order of fields');
  // A field that has moved takes the blank line above it along.
  take(tidied(now), value(), 'line ends and blank lines');
  return now.text === text ? undefined : { text: now.text, changes };
}

const isReadable = (text: string): boolean => readYaml(anyYaml, '', Buffer.from(text, 'utf8')).ok;

interface Parsed {
  readonly text: string;
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
}

function parse(text: string): Parsed {
  const lines = new LineCounter();
  return { text, lines, document: parseDocument(text, { ...yamlOptions, lineCounter: lines }) };
}

/** Every comment of a text, sorted. A fix may not lose a comment. */
function comments(text: string): string[] {
  const found: string[] = [];
  let before = '';
  for (const token of new Lexer().lex(text)) {
    // Behind this mark the text of a scalar follows, whatever it begins with.
    if (token.startsWith('#') && before !== '\u001f') found.push(token.trimEnd());
    before = token;
  }
  return found.sort();
}

/** One line end at the end, no space before any, and no blank lines in a row: but what scalars say stays theirs. */
function tidied(parsed: Parsed): string {
  const kept = linesOfScalars(parsed);
  const lines = parsed.text
    .replace(/^\uFEFF/u, '')
    .split(/\r?\n/u)
    .map((line, index) => (kept.has(index + 1) ? line : line.trimEnd()));
  const free = (index: number): boolean => lines[index] === '' && !kept.has(index + 1);
  const first = lines.findIndex((_, index) => !free(index));
  const last = lines.findLastIndex((_, index) => !free(index));
  return lines
    .slice(0, last + 1)
    .filter((_, index) => index >= first && !(free(index) && free(index - 1)))
    .map((line) => `${line}\n`)
    .join('');
}

/** The lines, counted from 1, that a scalar of several lines has a part in. */
function linesOfScalars({ document, lines }: Parsed): Set<number> {
  const found = new Set<number>();
  visit(document, {
    Scalar(_, node) {
      const [start, end] = rangeOf(node);
      const [from, to] = [lines.linePos(start).line, lines.linePos(Math.max(start, end - 1)).line];
      if (to > from) for (let line = from; line <= to; line++) found.add(line);
    },
  });
  return found;
}

interface Quoted {
  readonly text: string;
  readonly value: unknown;
  readonly words: string;
}

/** With quotes around the numbers, and such, that should be texts, just as they are written. */
function withQuotes({ text, document }: Parsed): Quoted | undefined {
  const wrong = wrongTypes(document.toJS());
  const plain = wrong.flatMap((path) => {
    const node = document.getIn(path, true);
    const mistaken = isScalar(node) && node.type === 'PLAIN' && /^(?:number|boolean)$/u.test(typeof node.value);
    return mistaken ? [{ path, range: rangeOf(node) }] : [];
  });
  // Where something else than a text is wanted, quotes do not help.
  const trial = document.clone();
  for (const { path, range } of plain) trial.setIn(path, text.slice(...range));
  const stillWrong = new Set(wrongTypes(trial.toJS()).map((path) => JSON.stringify(path)));
  const helped = plain
    .filter(({ path }) => !stillWrong.has(JSON.stringify(path)))
    .toSorted((a, b) => a.range[0] - b.range[0]);
  if (helped.length === 0) return undefined;

  const quoted = document.clone();
  let fixed = text;
  for (const { path, range } of helped.toReversed()) {
    quoted.setIn(path, text.slice(...range));
    fixed = `${fixed.slice(0, range[0])}'${text.slice(...range)}'${fixed.slice(range[1])}`;
  }
  const more = helped.length === 1 ? '' : ` and ${helped.length - 1} more`;
  return { text: fixed, value: quoted.toJS(), words: `quotes around ${helped[0]?.path.join('.') ?? ''}${more}` };
}

function wrongTypes(value: unknown): (readonly (string | number)[])[] {
  const checked = checkFormat(manifestFormat, value);
  return checked.ok ? [] : checked.violations.flatMap(({ code, path }) => (code === 'wrong-type' ? [path] : []));
}

/** Double quotes are for escapes. */
function withSingleQuotes({ text, document }: Parsed): string {
  const places = new Set<number>();
  visit(document, {
    Scalar(_, node) {
      const [from, to] = rangeOf(node);
      if (node.type === 'QUOTE_DOUBLE' && !/[\\']/u.test(text.slice(from, to))) places.add(from).add(to - 1);
    },
  });
  return text.replaceAll('"', (quote, offset: number) => (places.has(offset) ? "'" : quote));
}

const rangeOf = ({ range }: Scalar): readonly [number, number] => [range?.[0] ?? 0, range?.[1] ?? 0];
