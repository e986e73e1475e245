/** Empties the comments of a program, so that no rule takes an example in one for what the program does. */
import { stripTypeScriptTypes } from 'node:module';
import { JsSourceParser } from '@nodesecure/js-x-ray';
import { eachChild, isNode, type Node } from './program/nodes.ts';

/**
 * The program with empty comments, on the same lines. Undefined where it is not certain what a comment is:
 * in what cannot be parsed, or where the parser and Node may disagree.
 */
export function withoutComments(path: string, content: Uint8Array): Uint8Array | undefined {
  const text = Buffer.from(content).toString('utf8');
  // A script may have comments like those of HTML, and a module may not.
  if (!/\/[/*]/u.test(text) || /<!--|-->/u.test(text)) return undefined;
  // A program may take the text that it starts something with out of its own comments.
  if (text.includes('child_process')) return undefined;
  try {
    const source = /\.[cm]?tsx?$/u.test(path) ? stripTypeScriptTypes(text) : text.replace(/^#![^\n]*/u, '//');
    const body: readonly unknown[] = new JsSourceParser().parse(source);
    const literals = literalsIn(body.filter(isNode), source);
    return literals && Buffer.from(emptied(source, literals));
  } catch {
    return undefined;
  }
}

/** A part of a text, from its first character to the one after its last. */
interface Part {
  readonly start: number;
  readonly end: number;
}

/** Where texts, templates and regular expressions stand: only there may `//` and `/*` begin something else than a comment. */
function literalsIn(body: readonly Node[], source: string): readonly Part[] | undefined {
  const lines = lineStarts(source);
  const found: Part[] = [];
  let isCertain = true;
  const look = (node: Node): void => {
    if (node.type.startsWith('JSX')) isCertain = false;
    const isTemplate = node.type === 'TemplateLiteral';
    if (isTemplate || (node.type === 'Literal' && (typeof node.value === 'string' || 'regex' in node))) {
      const part = partOf(node, lines);
      const quote = part && source[part.start];
      const isAsParsed =
        part !== undefined &&
        (isTemplate ? quote === '`' : 'regex' in node ? quote === '/' : quote === '"' || quote === "'") &&
        ('regex' in node || source[part.end - 1] === quote);
      if (isAsParsed) found.push(part);
      else isCertain = false;
    }
    // What is in a template is left as it is.
    if (!isTemplate) eachChild(node, look);
  };
  for (const node of body) look(node);
  return isCertain ? found.sort((a, b) => a.start - b.start) : undefined;
}

/** Where each line of a program begins, by the line ends of JavaScript. */
const lineStarts = (source: string): readonly number[] => [
  0,
  ...source.matchAll(/\r\n|[\n\r\u2028\u2029]/gu).map(({ index, 0: end }) => index + end.length),
];

function partOf({ loc }: Node, lines: readonly number[]): Part | undefined {
  const { start, end } = loc as { start: Place; end: Place };
  const [from, to] = [start, end].map(({ line, column }) => (lines[line - 1] ?? Number.NaN) + column);
  return from === undefined || to === undefined || !(from < to) ? undefined : { start: from, end: to };
}

interface Place {
  readonly line: number;
  readonly column: number;
}

function emptied(source: string, literals: readonly Part[]): string {
  const comment = /\/\*[^]*?\*\/|\/\/[^\n\r\u2028\u2029]*/gu;
  let text = '';
  let at = 0;
  for (const { start, end } of [...literals, { start: source.length, end: source.length }]) {
    // Some are in the tree twice.
    if (start < at) continue;
    text += source.slice(at, start).replace(comment, empty) + source.slice(start, end);
    at = end;
  }
  return text;
}

/** An empty comment, on as many lines. What undoes hiding takes it away between a name and its call. */
const empty = (comment: string): string =>
  `${comment.slice(0, 2)}${comment.replace(/[^\n\r\u2028\u2029]/gu, '')}${comment.startsWith('/*') ? '*/' : ''}`;
