/**
 * Says what an expression stands for, as far as this can be known without running it: a constant text, or a thing of
 * JavaScript or Node under its usual name, such as `eval`, `Function` or `vm.Script`.
 */
import { anyFunction, callMaker, globals, isFunctionOf, member, modules } from './known-names.ts';
import { isFunction, isNode, literalText, nameOf, nodesIn, plainKey, quasiText, type Node } from './nodes.ts';
import { lookUp, type Scope, type Value } from './scopes.ts';
import { decoded, textMethod } from './text-calls.ts';

export interface Meaning {
  /** The text of an expression, where it is always the same. */
  readonly textOf: (node: unknown, scope: Scope) => string | undefined;
  /** The names of the things that it may be. `?` is an unknown thing: `?.post` is a method of an unknown object. */
  readonly namesOf: (node: unknown, scope: Scope) => readonly string[];
}

/** Longer texts, put together by a program, are not read: each step could double them. */
const maxTextLength = 1024 * 1024;
const maxNames = 8;

export function openMeaning(): Meaning {
  const texts = new Map<Node, string | undefined>();
  const names = new Map<Node, readonly string[]>();

  const textOf = (node: unknown, scope: Scope): string | undefined => {
    if (!isNode(node)) return undefined;
    if (!texts.has(node)) {
      // A name that is defined by itself has no text.
      texts.set(node, undefined);
      const text = textOfNew(node, scope);
      texts.set(node, text === undefined || text.length > maxTextLength ? undefined : text);
    }
    return texts.get(node);
  };

  const textsOf = (all: readonly Node[], scope: Scope): string[] | undefined => {
    const found = all.map((each) => textOf(each, scope));
    return found.every((each) => each !== undefined) ? found : undefined;
  };

  const textOfNew = (node: Node, scope: Scope): string | undefined => {
    switch (node.type) {
      case 'Literal':
        return typeof node.value === 'string' || typeof node.value === 'number' ? String(node.value) : undefined;
      case 'TemplateLiteral': {
        const parts = textsOf(nodesIn(node.expressions), scope);
        const quasis = nodesIn(node.quasis).map(quasiText);
        return parts && quasis.map((each, index) => each + (parts[index] ?? '')).join('');
      }
      case 'BinaryExpression': {
        const parts = node.operator === '+' ? textsOf([node.left, node.right].filter(isNode), scope) : undefined;
        return parts?.join('');
      }
      case 'Identifier': {
        const values = lookUp(String(node.name), scope)?.values ?? [];
        const [value] = values;
        return value !== undefined && values.length === 1 && value.path.length === 0
          ? textOf(value.node, value.scope)
          : undefined;
      }
      case 'SequenceExpression':
        return textOf(nodesIn(node.expressions).at(-1), scope);
      case 'ChainExpression':
        return textOf(node.expression, scope);
      case 'CallExpression':
        return textOfCall(node, scope);
      default:
        return undefined;
    }
  };

  const textOfCall = (node: Node, scope: Scope): string | undefined => {
    const callee = isNode(node.callee) ? node.callee : undefined;
    const given = nodesIn(node.arguments);
    const words = textsOf(given, scope);
    if (callee === undefined || words === undefined) return undefined;
    if (callee.type === 'Identifier') return decoded(String(callee.name), words);
    if (callee.type !== 'MemberExpression' || !isNode(callee.object)) return undefined;
    const method = keyOf(callee, scope);
    if (nameOf(callee.object) === 'String' && method === 'fromCharCode')
      return String.fromCharCode(...words.map(Number));
    if (method === 'toString') return bufferText(callee.object, scope) ?? textOf(callee.object, scope);
    const list = listOf(callee.object, scope);
    if (list !== undefined) {
      if (method === 'join') return list.join(words[0] ?? ',');
      return undefined;
    }
    const text = textOf(callee.object, scope);
    return text === undefined ? undefined : textMethod(text, method, words);
  };

  /** The texts in an array that is written out, or made by `split` and turned round. */
  const listOf = (node: Node, scope: Scope): string[] | undefined => {
    if (node.type === 'ArrayExpression') return textsOf(nodesIn(node.elements), scope);
    if (node.type !== 'CallExpression' || !isNode(node.callee) || !isNode(node.callee.object)) return undefined;
    const method = keyOf(node.callee, scope);
    if (method === 'reverse') return listOf(node.callee.object, scope)?.toReversed();
    const [separator] = textsOf(nodesIn(node.arguments), scope) ?? [];
    return method === 'split' && separator !== undefined
      ? textOf(node.callee.object, scope)?.split(separator)
      : undefined;
  };

  const bufferText = (node: Node, scope: Scope): string | undefined => {
    if (!namesOf(isNode(node.callee) ? node.callee : undefined, scope).includes('Buffer.from')) return undefined;
    const [text, encoding = 'utf8'] = textsOf(nodesIn(node.arguments), scope) ?? [];
    return text !== undefined && Buffer.isEncoding(encoding) ? Buffer.from(text, encoding).toString() : undefined;
  };

  const keyOf = ({ property, computed }: Node, scope: Scope): string | undefined =>
    computed === true ? textOf(property, scope) : nameOf(property);

  const namesOf = (node: unknown, scope: Scope): readonly string[] => {
    if (!isNode(node)) return [];
    if (!names.has(node)) {
      names.set(node, []);
      const found = namesOfNew(node, scope);
      names.set(node, found.length === 0 ? found : [...new Set(found.map(short))].slice(0, maxNames));
    }
    return names.get(node) ?? [];
  };

  const namesOfValue = ({ node, scope, path }: Value): readonly string[] =>
    path.reduce<readonly string[]>((all, key) => all.map((each) => member(each, key)), fieldOf(node, path, scope));

  /** Names of `node`, before the path is taken; of an object that is written out, the names of its field. */
  const fieldOf = (node: Node, path: readonly string[], scope: Scope): readonly string[] => {
    if (node.type === 'ImportDeclaration') return [moduleName(literalText(node.source))];
    const known = namesOf(node, scope);
    return known.length === 0 && path.length > 0 ? ['?'] : known;
  };

  const namesOfNew = (node: Node, scope: Scope): readonly string[] => {
    if (isFunction(node)) return [anyFunction];
    switch (node.type) {
      case 'ClassExpression':
      case 'ClassDeclaration':
        return [anyFunction];
      case 'Identifier': {
        const name = String(node.name);
        const binding = lookUp(name, scope);
        if (binding !== undefined) return binding.values.flatMap(namesOfValue);
        return [globals.has(name) ? 'globalThis' : name];
      }
      case 'ThisExpression':
        return ['this'];
      case 'MemberExpression': {
        const key = keyOf(node, scope);
        if (key === undefined) return [];
        if (isMethod(node.object, key, scope)) return [anyFunction];
        if (isNode(node.object) && node.object.type === 'ObjectExpression')
          return namesOf(propertyOf(node.object, key), scope);
        const known = namesOf(node.object, scope);
        const fields = known.length > 0 ? [] : written(node.object, key, scope);
        return [...(known.length === 0 ? ['?'] : known).map((each) => member(each, key)), ...fields];
      }
      case 'ChainExpression':
        return namesOf(node.expression, scope);
      case 'AwaitExpression':
        return namesOf(node.argument, scope);
      case 'SequenceExpression':
        return namesOf(nodesIn(node.expressions).at(-1), scope);
      case 'AssignmentExpression':
        return namesOf(node.right, scope);
      case 'ConditionalExpression':
        return [...namesOf(node.consequent, scope), ...namesOf(node.alternate, scope)];
      case 'LogicalExpression':
        return [...namesOf(node.left, scope), ...namesOf(node.right, scope)];
      case 'ImportExpression':
        return [moduleName(textOf(node.source, scope))];
      case 'NewExpression':
        return namesOf(node.callee, scope).map((each) => `new ${each}`);
      case 'CallExpression':
        return namesOfCall(node, scope);
      default:
        return [];
    }
  };

  /** Whether a field of a text, a list or an object that is written out is a method of the language: `[].filter`. */
  const isMethod = (object: unknown, key: string, scope: Scope): boolean => {
    if (!isNode(object) || key === 'constructor') return false;
    if (object.type === 'ObjectExpression')
      return propertyOf(object, key) === undefined && isFunctionOf(Object.prototype, key);
    if (object.type === 'ArrayExpression') return isFunctionOf(Array.prototype, key);
    return textOf(object, scope) !== undefined && isFunctionOf(String.prototype, key);
  };

  /** The field of an object that a name stands for and that is written out. */
  const written = (object: unknown, key: string, scope: Scope): readonly string[] => {
    const name = nameOf(object);
    const values = (name === undefined ? undefined : lookUp(name, scope)?.values) ?? [];
    return values
      .filter(({ node, path }) => path.length === 0 && node.type === 'ObjectExpression')
      .flatMap(({ node, scope: where }) => namesOf(propertyOf(node, key), where));
  };

  const namesOfCall = (node: Node, scope: Scope): readonly string[] => {
    const callee = isNode(node.callee) ? node.callee : undefined;
    const [first, second] = nodesIn(node.arguments);
    const called = namesOf(callee, scope);
    if (called.some((each) => /(^|\.)(require|getBuiltinModule|_load)$/u.test(each)))
      return [moduleName(textOf(first, scope))];
    if (called.includes('module.createRequire')) return ['require'];
    // `Function.prototype.call.bind(f)` calls `f` later, and so does `call.bind(call, f)`.
    if (called.some((each) => /\.(call|apply)\.bind$/u.test(each))) {
      const bound = namesOf(first, scope);
      return second !== undefined && bound.some((each) => each.endsWith('.call'))
        ? namesOf(second, scope).map((each) => `${each}.call`)
        : bound.map((each) => `${each}.${called.some((name) => name.endsWith('.apply.bind')) ? 'apply' : 'call'}`);
    }
    // `bind.bind(call, call)` makes `f.call` of a function `f`.
    if (
      called.some((each) => each.endsWith('.bind.bind')) &&
      namesOf(first, scope).some((each) => each.endsWith('.call'))
    )
      return [callMaker];
    if (called.includes(callMaker)) return namesOf(first, scope).map((each) => `${each}.call`);
    if (called.some((each) => each.endsWith('.bind'))) return called.map((each) => each.replace(/\.bind$/u, ''));
    if (called.some((each) => /^(Object|Reflect)\.getPrototypeOf$/u.test(each))) return namesOf(first, scope);
    if (called.includes('Reflect.get')) {
      const key = textOf(second, scope);
      return key === undefined ? [] : namesOf(first, scope).map((each) => member(each, key));
    }
    // What compilers put around a module, and what turns a function with a callback into one with a promise.
    const wrapped = namesOf(first, scope).filter(
      (each) => modules.has(each) || /^(child_process|fs|fs\/promises)\./u.test(each),
    );
    return second === undefined || wrapped.length > 0 ? wrapped : [];
  };

  return { textOf, namesOf };
}

const moduleName = (name: string | undefined): string => (name === undefined ? '?' : name.replace(/^node:/u, ''));

const propertyOf = (object: Node, key: string): unknown =>
  nodesIn(object.properties).find((each) => plainKey(each) === key)?.value;

/** No name that a rule looks for is longer than this. */
const short = (name: string): string => (name.length < 100 ? name : name.split('.').slice(-4).join('.').slice(-100));
