/** Finds programs that write a file and start it, or make it executable and start something. */
import { isNode, literalText, nodesIn, plainKey, quasiText, type Node } from './nodes.ts';
import { identitiesOf, piecesOf } from './identity.ts';
import type { Meaning } from './meaning.ts';
import type { Scope } from './scopes.ts';

export interface Dropped {
  /** Looks at one node of the program. */
  readonly see: (node: Node, scope: Scope) => void;
  /** Whether a file that the program writes is one that it starts. */
  readonly isFound: () => boolean;
}

export function openDropped(meaning: Meaning): Dropped {
  const written = new Set<string>();
  const started = new Set<string>();
  /** The names of files that look like programs. */
  const writtenFiles = new Set<string>();
  const startedTexts: string[] = [];
  const madeExecutable = new Set<string>();
  let startsOther = false;

  const see = (node: Node, scope: Scope): void => {
    if (node.type === 'ImportExpression') startWith([node.source], scope);
    if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return;
    const given = nodesIn(node.arguments);
    const names = meaning.namesOf(node.callee, scope);
    for (const name of names) {
      const method = name.slice(name.lastIndexOf('.') + 1);
      if (writers.has(method)) write(given[target.get(method) ?? 0], given, scope);
      else if (method === 'chmod' || method === 'chmodSync') {
        if (isExecutable(given[1])) for (const each of identitiesOf(given[0], scope, meaning)) madeExecutable.add(each);
      } else if (
        /^child_process\.|^(execa|execaCommand|execaSync)$|^\?\.(spawn|spawnSync|execFile|execFileSync|execSync|fork)$/u.test(
          name,
        )
      )
        start(given, scope);
      else if (name === 'require' || method === 'Worker') startWith(given.slice(0, 1), scope);
      else if (method === 'dlopen') startWith(given.slice(1, 2), scope);
      else if (method === 'openPath' || name === 'open') startWith(given.slice(0, 1), scope);
    }
  };

  const write = (path: Node | undefined, given: readonly Node[], scope: Scope): void => {
    if (path === undefined) return;
    const found = identitiesOf(path, scope, meaning);
    for (const each of found) written.add(each);
    if (
      given.some(
        (each) =>
          each.type === 'ObjectExpression' &&
          nodesIn(each.properties).some((option) => plainKey(option) === 'mode' && isExecutable(option.value)),
      )
    )
      for (const each of found) madeExecutable.add(each);
    const file = lastText(path, scope, meaning).split(/[/\\]/u).at(-1) ?? '';
    if (/\w\.(exe|bat|cmd|ps1|vbs|vbe|scr|dll|msi|com|hta|command|sh|[cm]?js|py|jar|bin|node|lnk)$/iu.test(file))
      writtenFiles.add(file);
  };

  const start = ([program, list]: readonly Node[], scope: Scope): void => {
    if (program === undefined) return;
    const words = [program, ...(list?.type === 'ArrayExpression' ? [list] : [])];
    if (meaning.textOf(program, scope) === undefined) startsOther = true;
    startWith(
      words.flatMap((each) => piecesOf(each, scope, meaning)),
      scope,
    );
  };

  const startWith = (pieces: readonly unknown[], scope: Scope): void => {
    for (const piece of pieces) {
      for (const each of identitiesOf(piece, scope, meaning)) started.add(each);
      if (!isNode(piece)) continue;
      const text = piece.type === 'TemplateElement' ? quasiText(piece) : lastText(piece, scope, meaning);
      if (text !== '' && startedTexts.length < 1_000) startedTexts.push(text.slice(0, 1_000));
    }
  };

  const isFound = (): boolean =>
    [...written].some((each) => started.has(each) || (startsOther && madeExecutable.has(each))) ||
    [...writtenFiles].some((file) => startedTexts.some((text) => text.includes(file)));

  return { see, isFound };
}

const writers = new Set(
  ['writeFile', 'appendFile', 'outputFile', 'copyFile', 'rename', 'cp', 'open']
    .flatMap((name) => [name, `${name}Sync`])
    .concat('createWriteStream'),
);

/** Which argument is the file that is written, where this is not the first. */
const target = new Map(['copyFile', 'copyFileSync', 'rename', 'renameSync', 'cp', 'cpSync'].map((name) => [name, 1]));

/** Whether a mode lets somebody run a file. */
function isExecutable(mode: unknown): boolean {
  if (!isNode(mode)) return false;
  const text = literalText(mode);
  const value = text === undefined ? mode.value : Number.parseInt(text, 8);
  return text === '+x' || (typeof value === 'number' && (value & 0o111) !== 0);
}

/** The constant text at the end of an expression, as of `join(folder, 'a.exe')`. */
function lastText(node: Node, scope: Scope, meaning: Meaning): string {
  const text = meaning.textOf(node, scope);
  if (text !== undefined) return text;
  if (node.type === 'TemplateLiteral') return quasiText(nodesIn(node.quasis).at(-1) ?? node);
  const last =
    node.type === 'BinaryExpression'
      ? node.right
      : node.type === 'CallExpression'
        ? nodesIn(node.arguments).at(-1)
        : undefined;
  return isNode(last) ? (meaning.textOf(last, scope) ?? '') : '';
}
