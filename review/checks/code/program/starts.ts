/** The calls that start a program or give a command to a shell, under any of their names. */
import { isNode, nodesIn, plainKey, quasiText, type Node } from './nodes.ts';
import type { Meaning } from './meaning.ts';
import { lookUp, type Scope } from './scopes.ts';

/** A program that a call starts. */
export interface Start {
  /** The program; for a shell, the whole command. */
  readonly program: Node;
  /** What it is started with, without the options for Node. */
  readonly words: readonly Node[];
  /** Whether a shell reads all of it. */
  readonly isShell: boolean;
}

/** What a node starts; undefined where it starts nothing. */
export function startOf(node: Node, scope: Scope, meaning: Meaning): Start | undefined {
  if (node.type === 'TaggedTemplateExpression')
    return isNode(node.quasi) && meaning.namesOf(node.tag, scope).some((name) => templates.test(name))
      ? { program: node.quasi, words: [], isShell: true }
      : undefined;
  if (node.type !== 'CallExpression') return undefined;
  const names = meaning.namesOf(node.callee, scope);
  const isCommand = names.some((name) => commands.test(name));
  if (!isCommand && !names.some((name) => programs.test(name))) return undefined;
  const [program, ...others] = nodesIn(node.arguments);
  if (program === undefined) return undefined;
  return {
    program,
    words: isCommand ? [] : others.filter((each) => !isPlain(each)),
    isShell: isCommand || others.some((each) => asksForShell(each, scope)),
  };
}

const commands =
  /^(?:child_process\.exec(?:Sync)?|execaCommand(?:Sync)?|execa\.execaCommand(?:Sync)?|shelljs\.exec|\?\.execSync)$/u;
const programs =
  /^(?:child_process\.(?:spawn|spawnSync|execFile|execFileSync|fork)|execa(?:Sync)?|execa\.(?:default|execa|execaSync|sync|node)|cross-spawn(?:\.(?:default|spawn|sync))?|Bun\.spawn(?:Sync)?|\?\.(?:spawn|spawnSync|execFile|execFileSync|fork))$/u;
const templates = /^(?:\$|zx\.\$|execa\.\$|Bun\.\$|bun\.\$)$/u;

/** Options or a function, in contrast to a list of words. */
const isPlain = ({ type }: Node): boolean => /^(?:Object|Function|ArrowFunction)Expression$/u.test(type);

/** Whether options have a shell read the words: `{ shell: true }`. */
function asksForShell(options: Node, scope: Scope): boolean {
  const written =
    options.type === 'Identifier'
      ? lookUp(String(options.name), scope)?.values.find(({ path }) => path.length === 0)?.node
      : options;
  return nodesIn(written?.type === 'ObjectExpression' ? written.properties : []).some(
    (option) => plainKey(option) === 'shell' && !(isNode(option.value) && option.value.value === false),
  );
}

/** What stands for a part that is not known. */
const unknown = '?';
/** Of the expressions that are looked at: names that stand for names could double them at each step. */
const maxLooked = 500;
const maxLength = 2_000;

/** The words of a start as far as they are constant, joined by spaces. Where a program chooses, all choices stand there. */
export function wordsOf({ program, words }: Start, scope: Scope, meaning: Meaning): string {
  let left = maxLooked;
  const known = (node: unknown, where: Scope): string => {
    if (!isNode(node) || left-- <= 0) return unknown;
    const deeper = (each: unknown): string => known(each, where);
    const all = (each: readonly Node[]): string => each.map(deeper).join(' ');
    const text = meaning.textOf(node, where);
    if (text !== undefined) return text.slice(0, maxLength);
    switch (node.type) {
      case 'TemplateLiteral': {
        const between = nodesIn(node.expressions);
        return nodesIn(node.quasis)
          .map((each, index) => quasiText(each) + (index < between.length ? deeper(between[index]) : ''))
          .join('');
      }
      case 'BinaryExpression':
        return deeper(node.left) + deeper(node.right);
      case 'ConditionalExpression':
        return `${deeper(node.consequent)} ${deeper(node.alternate)}`;
      case 'LogicalExpression':
        return `${deeper(node.left)} ${deeper(node.right)}`;
      case 'ArrayExpression':
        return all(nodesIn(node.elements));
      case 'SpreadElement':
      case 'AwaitExpression':
        return deeper(node.argument);
      case 'Identifier': {
        const values = lookUp(String(node.name), where)?.values.filter(({ path }) => path.length === 0) ?? [];
        return values.length === 0 ? unknown : values.map((value) => known(value.node, value.scope)).join(' ');
      }
      case 'CallExpression':
        // `path.join(folder, 'npm')` and `['install'].concat(names)`
        return all([
          ...(isNode(node.callee) && node.callee.type === 'MemberExpression'
            ? [node.callee.object].filter(isNode)
            : []),
          ...nodesIn(node.arguments),
        ]);
      default:
        return unknown;
    }
  };
  return [program, ...words]
    .map((each) => known(each, scope))
    .join(' ')
    .slice(0, maxLength);
}
