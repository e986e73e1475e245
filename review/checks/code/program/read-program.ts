/**
 * Reads a program: finds where it starts a file that it wrote, where it obeys another machine, where it has packages
 * fetched, and where it runs text as code. A constant text is a program that can be read. A text that is put together from
 * pieces that the program writes is what templates and validators do: it means little, unless something is decoded or
 * received near it. Any other text can be anything.
 */
import { fetchesPackages } from '../package-managers.ts';
import { openDropped } from './dropped.ts';
import { openMeaning, type Meaning } from './meaning.ts';
import { eachChild, isNode, lineOf, nodesIn, plainKey, quasiText, type Node } from './nodes.ts';
import { piecesOf } from './identity.ts';
import { openReceived } from './received.ts';
import { runTexts } from './run-text.ts';
import { lookUp, scopesOf, type Scope } from './scopes.ts';
import { startOf, wordsOf, type Start } from './starts.ts';

/** What one program runs. */
export interface ProgramRead {
  readonly runs: readonly { readonly by: string; readonly line: number; readonly isWeak: boolean }[];
  /** The constant texts that it runs. */
  readonly programs: readonly string[];
  /** Whether it writes a file and starts it. */
  readonly drops: boolean;
  /** Whether it runs what it receives over a socket. */
  readonly obeys: boolean;
  /** The lines where it starts what another machine answered, or has a shell read it. */
  readonly starts: readonly number[];
  /** The lines where it has a package manager fetch other packages. */
  readonly fetches: readonly number[];
  /** How many names it gives, to variables and to the fields of its objects. */
  readonly names: number;
}

/** How far apart two parts of a program are that may belong together, in nodes of its syntax. */
const near = 1_500;

export function readProgram(program: readonly Node[]): ProgramRead {
  const scopes = scopesOf(program);
  const meaning = openMeaning();
  const runs: { by: string; line: number; at: number; isBuilt: boolean }[] = [];
  const programs: string[] = [];
  const incoming: number[] = [];
  const fields = new Set<string>();
  const dropped = openDropped(meaning);
  const received = openReceived(meaning, scopes);
  /** What is run, or given to a shell. A handler of messages may be named only after it. */
  const run: { readonly node: Node; readonly scope: Scope }[] = [];
  const started: { readonly start: Start; readonly line: number; readonly scope: Scope }[] = [];
  let at = 0;

  const look = (node: Node, around: Scope): void => {
    at++;
    const scope = scopes.inside(node, around);
    const field = node.type === 'Property' ? plainKey(node) : undefined;
    if (field !== undefined) fields.add(field);
    if (receives(node, around, meaning)) incoming.push(at);
    dropped.see(node, around);
    received.see(node, around);
    run.push(...commandOf(node, around, meaning).map((each) => ({ node: each, scope: around })));
    const start = startOf(node, around, meaning);
    if (start !== undefined) started.push({ start, line: lineOf(node), scope: around });
    for (const { by, texts } of runTexts(node, around, meaning)) {
      run.push(...texts.map((each) => ({ node: each, scope: around })));
      const known = texts.map((each) => meaning.textOf(each, around));
      const last = known.at(-1);
      if (last === undefined || known.includes(undefined))
        runs.push({
          by,
          line: lineOf(node),
          at,
          isBuilt: /^(Function|vm\.\w+)$/u.test(by) && texts.some((each) => isBuilt(each, around, meaning)),
        });
      else programs.push(programIn(last));
    }
    eachChild(node, (child) => look(child, scope));
  };
  for (const node of program) look(node, scopes.root);

  return {
    runs: runs.map(({ by, line, at: place, isBuilt: built }) => ({
      by,
      line,
      isWeak: built && !incoming.some((each) => Math.abs(each - place) < near),
    })),
    programs,
    drops: dropped.isFound(),
    obeys: received.hasSocket() && run.some(({ node, scope }) => received.isReceived('message', node, scope)),
    starts: started
      .filter(({ start, scope }) =>
        readAsCommand(start, scope, meaning).some((each) => received.isReceived('answer', each, scope)),
      )
      .map(({ line }) => line),
    fetches: started
      .filter(({ start, scope }) => fetchesPackages.test(wordsOf(start, scope, meaning)))
      .map(({ line }) => line),
    names: scopes.declared + fields.size,
  };
}

/** What a call gives to a shell, or starts. */
function commandOf(node: Node, scope: Scope, meaning: Meaning): readonly Node[] {
  const names = node.type === 'CallExpression' ? meaning.namesOf(node.callee, scope) : [];
  return names.some((name) =>
    /^(child_process\.(exec|execSync|spawn|spawnSync|execFile|execFileSync)|\?\.execSync)$/u.test(name),
  )
    ? nodesIn(node.arguments).slice(0, 1)
    : [];
}

/** What decides which program runs: the program, and words that a shell or another program reads as a program. */
function readAsCommand(start: Start, scope: Scope, meaning: Meaning): readonly Node[] {
  const { program, words, isShell } = start;
  const isReader =
    /(?:^|[\s/\\])(?:(?:ba|z|da|k)?sh|cmd|powershell|pwsh|node|python3?|perl|ruby|deno|bun)(?:\.exe)?\s[^?]{0,40}(?:-\w*c|-e|--eval|-p|\/c|-command|-encodedcommand|eval)(?=$|\s)/iu.test(
      wordsOf(start, scope, meaning),
    );
  const parts = isShell || isReader ? [program, ...words] : [program];
  return parts.flatMap((each) => piecesOf(each, scope, meaning));
}

/** Whether a node receives something over a network, or decodes it. */
function receives(node: Node, scope: Scope, meaning: Meaning): boolean {
  if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return false;
  return meaning.namesOf(node.callee, scope).some((name) => {
    if (name === 'Buffer.from')
      return /^(base64|base64url|hex)$/u.test(meaning.textOf(nodesIn(node.arguments)[1], scope) ?? '');
    return /^(fetch|atob|WebSocket|https?\.(get|request)|(net|tls)\.(connect|createConnection|Socket)|axios(\.\w+)?|got|io)$|\b(createDecipheriv|inflate(Raw)?Sync|gunzipSync|unzipSync|brotliDecompressSync|fromCharCode)$/u.test(
      name,
    );
  });
}

/** The program in a text: what an address `data:` holds, or the text itself. */
function programIn(text: string): string {
  const address = /^\s*data:[^,]{0,200}?(;base64)?,/iu.exec(text);
  if (address === null) return text;
  const rest = text.slice(address[0].length);
  try {
    return address[1] === undefined ? decodeURIComponent(rest) : Buffer.from(rest, 'base64').toString();
  } catch {
    return rest;
  }
}

/** Whether a text is put together from pieces, of which this program writes some. */
function isBuilt(node: unknown, scope: Scope, meaning: Meaning, seen = new Set<Node>()): boolean {
  if (!isNode(node) || seen.has(node)) return false;
  seen.add(node);
  const deeper = (each: unknown, where = scope): boolean => isBuilt(each, where, meaning, seen);
  const isPiece = (each: unknown): boolean => /\w/u.test(meaning.textOf(each, scope) ?? '') || deeper(each);
  switch (node.type) {
    case 'TemplateLiteral':
      return (
        nodesIn(node.quasis).some((each) => /\w/u.test(quasiText(each))) ||
        nodesIn(node.expressions).some((each) => deeper(each))
      );
    case 'BinaryExpression':
      return isPiece(node.left) || isPiece(node.right);
    case 'AssignmentExpression':
      return isPiece(node.right);
    case 'ArrayExpression':
      return nodesIn(node.elements).some(isPiece);
    case 'SpreadElement':
      return deeper(node.argument);
    case 'ConditionalExpression':
      return deeper(node.consequent) || deeper(node.alternate);
    case 'LogicalExpression':
      return deeper(node.left) || deeper(node.right);
    case 'Identifier':
      return lookUp(String(node.name), scope)?.values.some((each) => deeper(each.node, each.scope)) ?? false;
    case 'CallExpression': {
      const callee = isNode(node.callee) ? node.callee : undefined;
      const methods = new Set(meaning.namesOf(callee, scope).map((name) => name.slice(name.lastIndexOf('.') + 1)));
      return (
        methods.has('join') ||
        deeper(callee?.object) ||
        (methods.has('concat') && nodesIn(node.arguments).some((each) => deeper(each)))
      );
    }
    default:
      return false;
  }
}
