/** Says whether two expressions of a program are the same thing, such as the path of a file that it writes and then starts. */
import { isNode, nodesIn, quasiText, type Node } from './nodes.ts';
import type { Meaning } from './meaning.ts';
import { lookUp, type Scope } from './scopes.ts';

const maxIdentities = 8;
const maxDepth = 6;

/** Texts that two expressions share when they may be the same thing. */
export function identitiesOf(node: unknown, scope: Scope, meaning: Meaning, depth = 0): readonly string[] {
  if (!isNode(node) || depth > maxDepth) return [];
  const deeper = (each: unknown, where = scope): readonly string[] => identitiesOf(each, where, meaning, depth + 1);
  const text = meaning.textOf(node, scope);
  if (text !== undefined) return [`text ${text.slice(0, 300)}`];
  switch (node.type) {
    case 'Identifier': {
      const binding = lookUp(String(node.name), scope);
      if (binding === undefined) return [`global ${String(node.name)}`];
      const same = binding.values
        .filter(({ path }) => path.length === 0)
        .flatMap((value) => deeper(value.node, value.scope));
      return [`name ${binding.id}`, ...same].slice(0, maxIdentities);
    }
    case 'ThisExpression':
      return ['this'];
    case 'MemberExpression': {
      const [object] = deeper(node.object);
      const key = isNode(node.property)
        ? node.computed === true
          ? meaning.textOf(node.property, scope)
          : node.property.name
        : undefined;
      return object === undefined || typeof key !== 'string' ? [] : [`${object}.${key}`];
    }
    case 'AwaitExpression':
      return deeper(node.argument);
    case 'AssignmentExpression':
      return [...deeper(node.left), ...deeper(node.right)];
    case 'TemplateLiteral':
      return [
        partsOf([
          ...nodesIn(node.quasis).map(quasiText),
          ...nodesIn(node.expressions).map((each) => deeper(each)[0] ?? '?'),
        ]),
      ];
    case 'BinaryExpression':
      return [partsOf([deeper(node.left)[0] ?? '?', deeper(node.right)[0] ?? '?'])];
    case 'CallExpression': {
      const [called] = meaning.namesOf(node.callee, scope);
      const given = nodesIn(node.arguments).map((each) => deeper(each)[0] ?? '?');
      // Nothing is known of a call without arguments, as of a name for a temporary file.
      return called === undefined || given.length === 0 ? [] : [`${called}(${given.join()})`.slice(0, 500)];
    }
    default:
      return [];
  }
}

const partsOf = (parts: readonly string[]): string => `parts ${parts.join('+').slice(0, 500)}`;

/** The pieces of which a text is put together, or the text itself. */
export function piecesOf(node: Node, scope: Scope, meaning: Meaning): readonly Node[] {
  if (meaning.textOf(node, scope) !== undefined) return [node];
  if (node.type === 'TemplateLiteral') return [...nodesIn(node.quasis), ...nodesIn(node.expressions)];
  if (node.type === 'BinaryExpression')
    return [node.left, node.right].filter(isNode).flatMap((each) => piecesOf(each, scope, meaning));
  if (node.type === 'ArrayExpression') return nodesIn(node.elements).flatMap((each) => piecesOf(each, scope, meaning));
  return [node];
}
