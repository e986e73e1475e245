/** The calls that run text as code, under any of their names. */
import { isNode, literalText, nodesIn, plainKey, quasiText, type Node } from './nodes.ts';
import type { Meaning } from './meaning.ts';
import type { Scope } from './scopes.ts';

/** A call that runs a text. */
export interface RunText {
  /** What runs it, such as `eval`. */
  readonly by: string;
  /** The expressions that make up the text. */
  readonly texts: readonly Node[];
}

/** The calls that a node makes: none, or one for each thing that the called name may stand for. */
export function runTexts(node: Node, scope: Scope, meaning: Meaning): RunText[] {
  switch (node.type) {
    case 'CallExpression':
    case 'NewExpression':
      return ofCall(node, scope, meaning);
    case 'TaggedTemplateExpression': {
      // Function`…` gets its parts as texts.
      const { quasi } = node;
      return meaning.namesOf(node.tag, scope).some((name) => isFunctionMaker(name)) && isNode(quasi)
        ? [{ by: 'Function', texts: [quasi] }]
        : [];
    }
    case 'ImportExpression':
      return ofAddress('import', node.source, scope, meaning);
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return ofAddress('import', node.source, scope, meaning);
    default:
      return [];
  }
}

function ofCall(node: Node, scope: Scope, meaning: Meaning): RunText[] {
  const given = nodesIn(node.arguments);
  const called = meaning.namesOf(node.callee, scope);
  const found = called.flatMap((name) => ofName(name, given, scope, meaning));
  // `[text].map(eval)` and `.then(eval)`
  const passed = given
    .filter(({ type }) => type === 'Identifier' || type === 'MemberExpression')
    .filter((each) => meaning.namesOf(each, scope).includes('eval'));
  const isCalled = called.some((name) => /^(Reflect|eval|Function)\b/u.test(name));
  return [...found, ...(isCalled ? [] : passed.map((each) => ({ by: 'eval', texts: [each] })))];
}

/** `given` are the arguments of a call of `name`. */
function ofName(name: string, given: readonly Node[], scope: Scope, meaning: Meaning): RunText[] {
  if (name === 'Reflect.apply')
    return meaning.namesOf(given[0], scope).flatMap((each) => ofName(`${each}.apply`, given.slice(1), scope, meaning));
  if (name === 'Reflect.construct')
    return meaning.namesOf(given[0], scope).flatMap((each) => ofName(`${each}.apply`, given, scope, meaning));
  if (name.endsWith('.call')) return ofMethod(name.slice(0, -'.call'.length), given, scope, meaning);
  if (name.endsWith('.apply')) {
    const [self, list] = given;
    // Of a list that is not written out, nobody knows how long it is.
    const all = list?.type === 'ArrayExpression' ? nodesIn(list.elements) : list === undefined ? [] : [list, list];
    return ofMethod(name.slice(0, -'.apply'.length), self === undefined ? all : [self, ...all], scope, meaning);
  }
  const [first, second] = given;
  if (first === undefined) return [];
  if (name === 'eval' || name === 'execScript') return [{ by: 'eval', texts: [first] }];
  if (isFunctionMaker(name)) return [{ by: 'Function', texts: given }];
  const method = name.slice(name.lastIndexOf('.') + 1);
  if (vmMethods.has(method) && first.type !== 'ObjectExpression' && isOfVm(name, given))
    return [{ by: `vm.${method}`, texts: [first] }];
  // Node's own needs the name of a file, too. Validators have one of that name that takes a schema.
  if (
    (method === '_compile' && (second !== undefined || first.type === 'SpreadElement')) ||
    method === 'ContextifyScript'
  )
    return [{ by: method, texts: [first] }];
  if (method === 'Worker')
    return saysEval(second) ? [{ by: 'Worker', texts: [first] }] : ofAddress('Worker', first, scope, meaning);
  if (name === 'module.register') return ofAddress('register', first, scope, meaning);
  if (/^(setTimeout|setInterval)$/u.test(name))
    return isText(first, scope, meaning) ? [{ by: name, texts: [first] }] : [];
  if (
    method === 'post' &&
    /^Runtime\.(evaluate|compileScript|callFunctionOn)$/u.test(meaning.textOf(first, scope) ?? '')
  )
    return [{ by: 'inspector', texts: second === undefined ? [first] : [second] }];
  if (name === 'repl.start') return readsFrom(first) ? [{ by: 'repl', texts: [first] }] : [];
  if (/^child_process\.(spawn|spawnSync|execFile|execFileSync|fork)$/u.test(name))
    return ofOptions(given, scope, meaning);
  return [];
}

/**
 * A call of a function with another object as its `this`. Of `call` itself, as in `call.call(f, self, text)`, that object is
 * the function that is called, whatever function `call` was taken from.
 */
function ofMethod(name: string, given: readonly Node[], scope: Scope, meaning: Meaning): RunText[] {
  const method = /\.(?:call|apply)$/u.exec(name)?.[0];
  return method === undefined
    ? ofName(name, given.slice(1), scope, meaning)
    : meaning.namesOf(given[0], scope).flatMap((each) => ofName(`${each}${method}`, given.slice(1), scope, meaning));
}

/** Names under which the constructor of functions is reached, also for asynchronous ones. */
const isFunctionMaker = (name: string): boolean =>
  /^(Function|AsyncFunction|GeneratorFunction)(\.prototype\.constructor)?$/u.test(name);

const vmMethods = new Set([
  'runInThisContext',
  'runInNewContext',
  'runInContext',
  'compileFunction',
  'Script',
  'SourceTextModule',
]);

/** The names of the methods are found only there; the names of the classes are not. A script runs itself in a context, too. */
const isOfVm = (name: string, given: readonly Node[]): boolean =>
  name.startsWith('vm.') ||
  (/\.(runIn(This|New)Context|compileFunction)$/u.test(name) && !name.startsWith('new ')) ||
  (name.endsWith('.runInContext') && given.length > 1);

/** Whether options say `eval`, or may say it. */
const saysEval = (options: Node | undefined): boolean =>
  options?.type === 'ObjectExpression' &&
  nodesIn(options.properties).some(
    (each) => plainKey(each) === 'eval' && isNode(each.value) && each.value.value !== false,
  );

/** An address that is itself a program: `data:` or `blob:`. */
function ofAddress(by: string, address: unknown, scope: Scope, meaning: Meaning): RunText[] {
  if (!isNode(address)) return [];
  const text = meaning.textOf(address, scope) ?? beginning(address, scope, meaning);
  if (/^\s*(data|blob):/iu.test(text)) return [{ by, texts: [address] }];
  const made = meaning
    .namesOf(address, scope)
    .concat(isNode(address.callee) ? meaning.namesOf(address.callee, scope) : []);
  if (made.some((each) => /\bcreateObjectURL$/u.test(each))) return [{ by, texts: [address] }];
  const [inner] = address.type === 'NewExpression' && made.includes('URL') ? nodesIn(address.arguments) : [];
  return inner === undefined ? [] : ofAddress(by, inner, scope, meaning);
}

/** The constant text with which an expression begins. */
function beginning(node: Node, scope: Scope, meaning: Meaning): string {
  if (node.type === 'BinaryExpression' && isNode(node.left))
    return meaning.textOf(node.left, scope) ?? beginning(node.left, scope, meaning);
  const [quasi] = node.type === 'TemplateLiteral' ? nodesIn(node.quasis) : [];
  return quasi === undefined ? '' : quasiText(quasi);
}

/** Whether an expression is a text for certain, and not a function. */
const isText = (node: Node, scope: Scope, meaning: Meaning): boolean =>
  meaning.textOf(node, scope) !== undefined ||
  node.type === 'TemplateLiteral' ||
  (node.type === 'BinaryExpression' && node.operator === '+');

/** Whether a shell of JavaScript reads from something else than the terminal. */
const readsFrom = (options: Node): boolean =>
  options.type === 'ObjectExpression' && nodesIn(options.properties).some((each) => plainKey(each) === 'input');

/** The program in the arguments of a command: `node -e <text>`. */
function ofOptions([program, list]: readonly Node[], scope: Scope, meaning: Meaning): RunText[] {
  const command = meaning.textOf(program, scope);
  const isRuntime =
    meaning.namesOf(program, scope).includes('process.execPath') ||
    (command !== undefined && /(^|[/\\])(node|bun|deno|python3?)(\.exe)?$/iu.test(command));
  const words = isRuntime && list?.type === 'ArrayExpression' ? nodesIn(list.elements) : [];
  const index = words.findIndex((each) => /^(-e|--eval|-p|--print|-pe|-c)$/u.test(literalText(each) ?? ''));
  const text = index === -1 ? undefined : words[index + 1];
  return text === undefined ? [] : [{ by: 'node -e', texts: [text] }];
}
