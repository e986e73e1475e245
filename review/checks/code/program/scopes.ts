/** Finds which expressions each name of a program may stand for, by the scopes of JavaScript. Nothing is run. */
import { eachChild, isFunction, isNode, literalText, nameOf, nodesIn, plainKey, type Node } from './nodes.ts';

/** A part of a program with names of its own. */
export interface Scope {
  readonly outer: Scope | undefined;
  /** Whether `var` declares its names in the scope around it. */
  readonly isBlock: boolean;
  readonly names: Map<string, Binding>;
}

/** An expression that a name may stand for, and the fields to take in it: `['a']` for `const { a } = node`. */
export interface Value {
  readonly node: Node;
  readonly scope: Scope;
  readonly path: readonly string[];
}

/** A declared name. `id` differs for each of the program. */
export interface Binding {
  readonly id: number;
  readonly values: Value[];
}

export interface Scopes {
  readonly root: Scope;
  /** The scope that a node begins, or else the scope around it. */
  readonly inside: (node: Node, around: Scope) => Scope;
  /** How many names the program declares. */
  readonly declared: number;
}

/** A name that is assigned more often is used for many things, and following them all would take long. */
const maxValues = 8;

export function scopesOf(program: readonly Node[]): Scopes {
  const begun = new Map<Node, Scope>();
  const later: (() => void)[] = [];
  let count = 0;

  const declare = (name: string, scope: Scope, value?: Value): void => {
    const binding = scope.names.get(name) ?? { id: count++, values: [] };
    scope.names.set(name, binding);
    if (value !== undefined && binding.values.length < maxValues) binding.values.push(value);
  };

  /** Binds the names of a pattern. `where` says in which scope a name is declared. */
  const bind = (pattern: unknown, value: Value | undefined, where: (name: string) => Scope): void => {
    if (!isNode(pattern)) return;
    const name = nameOf(pattern);
    if (name !== undefined) declare(name, where(name), value);
    else if (pattern.type === 'AssignmentPattern') {
      bind(pattern.left, value, where);
      if (isNode(pattern.right) && value === undefined)
        bind(pattern.left, { node: pattern.right, scope: where(''), path: [] }, where);
    } else if (pattern.type === 'RestElement') bind(pattern.argument, value, where);
    else if (pattern.type === 'ArrayPattern')
      for (const [index, each] of (pattern.elements as unknown[]).entries())
        bind(each, field(value, String(index)), where);
    else if (pattern.type === 'ObjectPattern')
      for (const each of nodesIn(pattern.properties))
        if (each.type === 'RestElement') bind(each.argument, value, where);
        else bind(each.value, field(value, plainKey(each)), where);
  };

  const bindArguments = (called: Node, given: readonly Node[], scope: Scope): void => {
    const inner = begun.get(called);
    if (inner === undefined) return;
    for (const [index, param] of nodesIn(called.params).entries()) {
      const node = given[index];
      if (node !== undefined && node.type !== 'SpreadElement') bind(param, { node, scope, path: [] }, () => inner);
    }
  };

  const build = (node: Node, scope: Scope): void => {
    const inner = begins(node) ? { outer: scope, isBlock: !isFunction(node), names: new Map() } : scope;
    if (inner !== scope) begun.set(node, inner);
    const here = (): Scope => inner;
    if (isFunction(node) || node.type.startsWith('Class')) {
      const name = nameOf(node.id);
      const where = node.type.endsWith('Declaration') ? scope : inner;
      if (name !== undefined) declare(name, where, { node, scope, path: [] });
      for (const param of nodesIn(node.params)) bind(param, undefined, here);
    } else if (node.type === 'CatchClause') bind(node.param, undefined, here);
    else if (node.type === 'ImportDeclaration') bindImports(node, scope);
    else if (node.type === 'VariableDeclaration') {
      const where = node.kind === 'var' ? ofFunction(scope) : scope;
      for (const { id, init } of nodesIn(node.declarations))
        bind(id, isNode(init) ? { node: init, scope, path: [] } : undefined, () => where);
    } else if (node.type === 'AssignmentExpression' && isNode(node.left) && isNode(node.right)) {
      const { left, right } = node;
      if (left.type !== 'MemberExpression')
        later.push(() => bind(left, { node: right, scope, path: [] }, (name) => declaring(name, scope)));
    } else if (node.type === 'CallExpression' && isNode(node.callee)) {
      const { callee } = node;
      const given = nodesIn(node.arguments);
      later.push(() => {
        const called = isFunction(callee) ? callee : calledFunction(callee, scope);
        if (called !== undefined) bindArguments(called, given, scope);
      });
    }
    eachChild(node, (child) => build(child, inner));
  };

  const bindImports = (node: Node, scope: Scope): void => {
    for (const each of nodesIn(node.specifiers)) {
      const name = nameOf(each.local);
      const imported =
        each.type === 'ImportSpecifier' ? (nameOf(each.imported) ?? literalText(each.imported)) : undefined;
      if (name !== undefined) declare(name, scope, { node, scope, path: imported === undefined ? [] : [imported] });
    }
  };

  const root: Scope = { outer: undefined, isBlock: false, names: new Map() };
  for (const node of program) build(node, root);
  for (const each of later) each();
  return { root, inside: (node, around) => begun.get(node) ?? around, declared: count };
}

export function lookUp(name: string, scope: Scope): Binding | undefined {
  for (let each: Scope | undefined = scope; each !== undefined; each = each.outer) {
    const binding = each.names.get(name);
    if (binding !== undefined) return binding;
  }
  return undefined;
}

const ofFunction = (scope: Scope): Scope =>
  scope.isBlock && scope.outer !== undefined ? ofFunction(scope.outer) : scope;

/** The scope that declares a name: the outermost where nothing does, as for an assignment without a declaration. */
function declaring(name: string, scope: Scope): Scope {
  let each = scope;
  while (!each.names.has(name) && each.outer !== undefined) each = each.outer;
  return each;
}

/** The function of this program that a call by name runs. */
function calledFunction(callee: Node, scope: Scope): Node | undefined {
  const name = nameOf(callee);
  const [value, ...others] = (name === undefined ? undefined : lookUp(name, scope)?.values) ?? [];
  return value !== undefined && others.length === 0 && value.path.length === 0 && isFunction(value.node)
    ? value.node
    : undefined;
}

const field = (value: Value | undefined, name: string | undefined): Value | undefined =>
  value === undefined || name === undefined ? undefined : { ...value, path: [...value.path, name] };

const blocks = new Set([
  'BlockStatement',
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'SwitchStatement',
  'CatchClause',
]);

const begins = (node: Node): boolean => isFunction(node) || blocks.has(node.type) || node.type.startsWith('Class');
