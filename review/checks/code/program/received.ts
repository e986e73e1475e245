/**
 * Follows what a program receives from another machine: messages of a socket, and answers of requests. What methods of its
 * own objects hand on is not followed.
 */
import { eachChild, isFunction, isNode, nameOf, nodesIn, plainKey, type Node } from './nodes.ts';
import type { Meaning } from './meaning.ts';
import { lookUp, type Binding, type Scope, type Scopes } from './scopes.ts';

/** A message of a socket, or the answer of a request. */
type From = 'message' | 'answer';

export interface Received {
  /** Looks at one node of the program, before the nodes inside it. */
  readonly see: (node: Node, scope: Scope) => void;
  /** Whether an expression is something received, or a part of it. */
  readonly isReceived: (from: From, node: unknown, scope: Scope) => boolean;
  /** Whether the program opens a socket, so that what is received comes from another machine. */
  readonly hasSocket: () => boolean;
}

export function openReceived(meaning: Meaning, scopes: Scopes): Received {
  const marked = { message: new Set<Binding>(), answer: new Set<Binding>() };
  const returned = new Map<Node, readonly { node: Node; scope: Scope }[]>();
  let hasSocket = false;

  const mark = (from: From, handler: unknown, around: Scope): void => {
    const value = isNode(handler) ? functionOf(handler, around) : undefined;
    if (value === undefined) return;
    const [message] = nodesIn(value.node.params);
    markNames(from, message, scopes.inside(value.node, value.scope));
  };

  const markNames = (from: From, pattern: Node | undefined, scope: Scope): void => {
    for (const name of namesIn(pattern)) {
      const binding = lookUp(name, scope);
      if (binding !== undefined) marked[from].add(binding);
    }
  };

  const isAnswer = (node: unknown, scope: Scope): boolean => isReceived('answer', node, scope, maxLooked);

  const see = (node: Node, scope: Scope): void => {
    if (node.type === 'AssignmentExpression' && isNode(node.left) && node.left.type === 'MemberExpression') {
      if (nameOf(node.left.property) === 'onmessage' && isSocket(node.left.object, scope))
        mark('message', node.right, scope);
      return;
    }
    if (node.type === 'ImportDeclaration' && meaning.textOf(node.source, scope) !== undefined)
      hasSocket ||= socketModule.test(meaning.textOf(node.source, scope) ?? '');
    // `for await (const piece of answer)`
    if (node.type === 'ForOfStatement' && isAnswer(node.right, scope) && isNode(node.left))
      markNames('answer', nodesIn(node.left.declarations)[0], scopes.inside(node, scope));
    if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return;
    const names = meaning.namesOf(node.callee, scope);
    const given = nodesIn(node.arguments);
    hasSocket ||=
      names.some((name) => sockets.test(name)) ||
      (names.includes('require') && socketModule.test(meaning.textOf(given[0], scope) ?? ''));
    // `https.get(address, (answer) => …)`
    if (names.some((name) => requests.test(name))) for (const each of given) mark('answer', each, scope);
    const { callee } = node;
    if (!isNode(callee) || callee.type !== 'MemberExpression') return;
    const method = nameOf(callee.property) ?? '';
    if (/^(then|on|once|addListener|forEach|map)$/u.test(method) && isAnswer(callee.object, scope))
      mark(
        'answer',
        given.find(({ type }) => type !== 'Literal'),
        scope,
      );
    // `pieces.push(piece)`
    if (method === 'push' && given.some((each) => isAnswer(each, scope)))
      markNames('answer', isNode(callee.object) ? callee.object : undefined, scope);
    if (!/^(on|once|addListener|addEventListener)$/u.test(method)) return;
    if (
      /^(message|data|command|cmd|exec|run|task|eval|code)$/u.test(meaning.textOf(given[0], scope) ?? '') &&
      isSocket(callee.object, scope)
    )
      mark('message', given[1], scope);
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

  /** What a function of this program returns. */
  const returnedBy = ({ node, scope }: { node: Node; scope: Scope }): readonly { node: Node; scope: Scope }[] => {
    const known = returned.get(node);
    if (known !== undefined) return known;
    const found: { node: Node; scope: Scope }[] = [];
    const look = (each: Node, around: Scope): void => {
      if (each.type === 'ReturnStatement' && isNode(each.argument)) found.push({ node: each.argument, scope: around });
      const inside = scopes.inside(each, around);
      if (!isFunction(each)) eachChild(each, (child) => look(child, inside));
    };
    const inside = scopes.inside(node, scope);
    if (isNode(node.body))
      if (node.body.type === 'BlockStatement') look(node.body, inside);
      else found.push({ node: node.body, scope: inside });
    returned.set(node, found);
    return found;
  };

  const isReceived = (from: From, node: unknown, scope: Scope, most = Infinity, seen = new Set<Node>()): boolean => {
    if (!isNode(node) || seen.has(node) || seen.size >= most) return false;
    seen.add(node);
    const deeper = (each: unknown, where = scope): boolean => isReceived(from, each, where, most, seen);
    switch (node.type) {
      case 'Identifier': {
        const binding = lookUp(String(node.name), scope);
        return (
          binding !== undefined &&
          (marked[from].has(binding) || binding.values.some((value) => deeper(value.node, value.scope)))
        );
      }
      case 'MemberExpression':
        return deeper(node.object);
      case 'AwaitExpression':
        return deeper(node.argument);
      case 'BinaryExpression':
      case 'LogicalExpression':
        return deeper(node.left) || deeper(node.right);
      case 'ConditionalExpression':
        return deeper(node.consequent) || deeper(node.alternate);
      case 'TemplateLiteral':
        return nodesIn(node.expressions).some((each) => deeper(each));
      case 'ArrayExpression':
        return nodesIn(node.elements).some((each) => deeper(each));
      case 'SpreadElement':
        return deeper(node.argument);
      case 'ChainExpression':
        return deeper(node.expression);
      case 'CallExpression': {
        const names = meaning.namesOf(node.callee, scope);
        if (from === 'answer' && names.some((name) => requests.test(name))) return true;
        // `message.toString()`, `String(message)`, `JSON.parse(message)`, and what a function returns
        const called = isNode(node.callee) ? functionOf(node.callee, scope) : undefined;
        return (
          (isNode(node.callee) && node.callee.type === 'MemberExpression' && deeper(node.callee.object)) ||
          (names.some((name) => /^(String|JSON\.parse|Buffer\.(from|concat)|atob|decodeURIComponent)$/u.test(name)) &&
            deeper(nodesIn(node.arguments)[0])) ||
          (called !== undefined && returnedBy(called).some((each) => deeper(each.node, each.scope)))
        );
      }
      default:
        return false;
    }
  };

  return { see, isReceived: (from, node, scope) => isReceived(from, node, scope), hasSocket: () => hasSocket };
}

/** How many expressions are looked at, while a program is read, to say whether one of them is an answer. */
const maxLooked = 300;

/** What asks another machine, and gives its answer or a promise of it. */
const requests =
  /^(fetch|(node-fetch|cross-fetch|make-fetch-happen|isomorphic-fetch)(\.(default|fetch))?|undici\.(fetch|request)|(axios|got|ky|needle|superagent|request|phin|bent)(\.default)?(\.(get|post|put|patch|request|json))?|https?\.(get|request))$/u;
const sockets =
  /^(WebSocket|\?\.WebSocket|ws(\.WebSocket)?|io|(net|tls)\.(connect|createConnection|createServer|Socket))$/u;
const socketModule =
  /^(node:)?(net|tls|ws|socket\.io-client|socket\.io|websocket|isomorphic-ws|faye-websocket|sockjs-client)$/u;

/** The names that a parameter declares. */
function namesIn(pattern: Node | undefined): string[] {
  const name = nameOf(pattern) ?? (pattern?.type === 'VariableDeclarator' ? nameOf(pattern.id) : undefined);
  if (name !== undefined) return [name];
  return nodesIn(pattern?.properties).flatMap((each) =>
    nameOf(each.value) === undefined ? (plainKey(each) ?? []) : (nameOf(each.value) ?? []),
  );
}
