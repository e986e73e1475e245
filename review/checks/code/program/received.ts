/** Follows what a program receives over a socket, and finds where it runs this as a command or as code. */
import { isFunction, isNode, nameOf, nodesIn, plainKey, type Node } from './nodes.ts';
import type { Meaning } from './meaning.ts';
import { lookUp, type Binding, type Scope, type Scopes } from './scopes.ts';

export interface Received {
  /** Looks at one node of the program, before the nodes inside it. */
  readonly see: (node: Node, scope: Scope) => void;
  /** Whether an expression is something received, or a part of it. */
  readonly isReceived: (node: unknown, scope: Scope) => boolean;
  /** Whether the program opens a socket, so that what is received comes from another machine. */
  readonly hasSocket: () => boolean;
}

export function openReceived(meaning: Meaning, scopes: Scopes): Received {
  const received = new Set<Binding>();
  let hasSocket = false;

  const mark = (handler: unknown, around: Scope): void => {
    const value = isNode(handler) ? functionOf(handler, around) : undefined;
    if (value === undefined) return;
    const [message] = nodesIn(value.node.params);
    const inside = scopes.inside(value.node, value.scope);
    for (const name of namesIn(message)) {
      const binding = inside.names.get(name);
      if (binding !== undefined) received.add(binding);
    }
  };

  const see = (node: Node, scope: Scope): void => {
    if (node.type === 'AssignmentExpression' && isNode(node.left) && node.left.type === 'MemberExpression') {
      if (nameOf(node.left.property) === 'onmessage' && isSocket(node.left.object, scope)) mark(node.right, scope);
      return;
    }
    if (node.type === 'ImportDeclaration' && meaning.textOf(node.source, scope) !== undefined)
      hasSocket ||= socketModule.test(meaning.textOf(node.source, scope) ?? '');
    if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return;
    const names = meaning.namesOf(node.callee, scope);
    const given = nodesIn(node.arguments);
    hasSocket ||=
      names.some((name) => sockets.test(name)) ||
      (names.includes('require') && socketModule.test(meaning.textOf(given[0], scope) ?? ''));
    const { callee } = node;
    if (
      !isNode(callee) ||
      callee.type !== 'MemberExpression' ||
      !/^(on|once|addListener|addEventListener)$/u.test(nameOf(callee.property) ?? '')
    )
      return;
    if (
      /^(message|data|command|cmd|exec|run|task|eval|code)$/u.test(meaning.textOf(given[0], scope) ?? '') &&
      isSocket(callee.object, scope)
    )
      mark(given[1], scope);
  };

  /** Whether a thing may be a socket: what is known to be something else is not. */
  const isSocket = (node: unknown, scope: Scope): boolean => {
    const names = meaning.namesOf(node, scope);
    return (
      names.length === 0 ||
      names.some(
        (name) =>
          sockets.test(name.replace(/^new /u, '')) ||
          /^(\?|new \?.*|[a-z]*[sS]ocket|ws|io|client|connection)$/u.test(name),
      )
    );
  };

  const functionOf = (node: Node, scope: Scope): { node: Node; scope: Scope } | undefined => {
    if (isFunction(node)) return { node, scope };
    const name = nameOf(node);
    return name === undefined ? undefined : lookUp(name, scope)?.values.find((value) => isFunction(value.node));
  };

  const isReceived = (node: unknown, scope: Scope, seen = new Set<Node>()): boolean => {
    if (!isNode(node) || seen.has(node)) return false;
    seen.add(node);
    const deeper = (each: unknown, where = scope): boolean => isReceived(each, where, seen);
    switch (node.type) {
      case 'Identifier': {
        const binding = lookUp(String(node.name), scope);
        return (
          binding !== undefined &&
          (received.has(binding) || binding.values.some((value) => deeper(value.node, value.scope)))
        );
      }
      case 'MemberExpression':
        return deeper(node.object);
      case 'AwaitExpression':
        return deeper(node.argument);
      case 'BinaryExpression':
      case 'LogicalExpression':
        return deeper(node.left) || deeper(node.right);
      case 'TemplateLiteral':
        return nodesIn(node.expressions).some((each) => deeper(each));
      case 'ChainExpression':
        return deeper(node.expression);
      case 'CallExpression':
        // `message.toString()`, `String(message)` and `JSON.parse(message)`
        return (
          (isNode(node.callee) && node.callee.type === 'MemberExpression' && deeper(node.callee.object)) ||
          (meaning
            .namesOf(node.callee, scope)
            .some((name) => /^(String|JSON\.parse|Buffer\.from|atob|decodeURIComponent)$/u.test(name)) &&
            deeper(nodesIn(node.arguments)[0]))
        );
      default:
        return false;
    }
  };

  return { see, isReceived: (node, scope) => isReceived(node, scope), hasSocket: () => hasSocket };
}

const sockets =
  /^(WebSocket|\?\.WebSocket|ws(\.WebSocket)?|io|(net|tls)\.(connect|createConnection|createServer|Socket))$/u;
const socketModule =
  /^(node:)?(net|tls|ws|socket\.io-client|socket\.io|websocket|isomorphic-ws|faye-websocket|sockjs-client)$/u;

/** The names that a parameter declares. */
function namesIn(pattern: Node | undefined): string[] {
  const name = nameOf(pattern);
  if (name !== undefined) return [name];
  return nodesIn(pattern?.properties).flatMap((each) =>
    nameOf(each.value) === undefined ? (plainKey(each) ?? []) : (nameOf(each.value) ?? []),
  );
}
