/** What a program refers to: the texts in it that may be paths, and whether it may load something that no text names. */
import { posix } from 'node:path';
import { JsSourceParser } from '@nodesecure/js-x-ray';
import { eachChild, isNode, literalText, nameOf, nodesIn, quasiText, type Node } from './program/nodes.ts';
import { readProgram, type ProgramRead } from './program/read-program.ts';

/** The references of one file. */
export interface References {
  /** Every text in the file. */
  readonly texts: ReadonlySet<string>;
  /** Those of them that `require` or `import` names. */
  readonly loads: ReadonlySet<string>;
  /** Whether it may load a file whose name it computes. */
  readonly loadsUnknown: boolean;
}

export const unknownReferences: References = { texts: new Set(), loads: new Set(), loadsUnknown: true };

/** With these modules, a program can load or start a file in other ways than `require` and `import`. */
const loaders: ReadonlySet<string> = new Set(
  ['child_process', 'cluster', 'module', 'vm', 'worker_threads'].flatMap((name) => [name, `node:${name}`]),
);

/** The same, by names of functions. */
const loadingNames: ReadonlySet<string> = new Set([
  '_load',
  '_resolveFilename',
  'createRequire',
  'dlopen',
  'getBuiltinModule',
  'importScripts',
  'mainModule',
  'Worker',
]);

/** The references of the program in some bytes. One that cannot be parsed may load anything. */
export function readReferences(content: Uint8Array): References {
  try {
    const source = Buffer.from(content)
      .toString('utf8')
      .replace(/^\ufeff|^#![^\n]*/u, '');
    const body: readonly unknown[] = new JsSourceParser().parse(source);
    const program = body.filter(isNode);
    return referencesOf(program, readProgram(program));
  } catch {
    return unknownReferences;
  }
}

/** The references of a program, of which is known what it runs. */
export function referencesOf(program: readonly Node[], { runs, programs }: ProgramRead): References {
  const texts = new Set<string>();
  const loads = new Set<string>();
  let loadsUnknown = false;
  /** Every use of `require`, less those that name what they load. */
  let requires = 0;

  const look = (node: Node): void => {
    if (typeof node.value === 'string') texts.add(node.value);
    else if (node.type === 'TemplateElement') texts.add(quasiText(node));
    switch (node.type) {
      case 'Identifier':
        if (node.name === 'require') requires++;
        else if (loadingNames.has(String(node.name))) loadsUnknown = true;
        break;
      case 'MemberExpression':
        // `require.main` and the like load nothing. `require.resolve` is read where it is called.
        if (isRequire(node.object) && harmless.has(nameOf(node.property) ?? '')) requires--;
        break;
      case 'UnaryExpression':
        if (node.operator === 'typeof' && isRequire(node.argument)) requires--;
        break;
      case 'ImportExpression':
        lookAtLoad(node.source);
        break;
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
      case 'ExportNamedDeclaration':
        if (isNode(node.source)) lookAtLoad(node.source);
        break;
      case 'CallExpression':
      case 'NewExpression':
        lookAtCall(node);
        break;
    }
    eachChild(node, look);
  };

  const lookAtLoad = (node: unknown): boolean => {
    const path = pathIn(node);
    if (path === undefined) loadsUnknown = true;
    else loads.add(path);
    return path !== undefined;
  };

  const lookAtCall = (node: Node): void => {
    const callee = isNode(node.callee) ? node.callee : undefined;
    const [first] = nodesIn(node.arguments);
    const path = pathIn(first);
    if (path !== undefined) texts.add(path);
    const resolves = isRequire(callee?.object) && nameOf(callee?.property) === 'resolve';
    if ((isRequire(callee) || resolves) && lookAtLoad(first)) requires--;
  };

  for (const node of program) look(node);
  return {
    texts: new Set([...texts, ...programs]),
    loads,
    loadsUnknown:
      loadsUnknown ||
      // What it decodes and then runs names files in another way.
      programs.some((each) => !texts.has(each)) ||
      requires > 0 ||
      [...texts].some((text) => loaders.has(text)) ||
      runs.some(({ isWeak }) => !isWeak) ||
      // A text that is put together from pieces of this program loads something only where one of them says so.
      (runs.length > 0 && [...texts].some((text) => loadingWord.test(text.replace(wholeLoad, '')))),
  };
}

const loadingWord = /\b(?:import|require|module|process)\b/u;
/** A load in a text that names what it loads, as every text does that is a path. */
const wholeLoad = /\b(?:import|require)\s{0,9}\(\s{0,9}(["'`])[^"'`$\\]{0,500}\1\s{0,9}\)/gu;

const harmless: ReadonlySet<string> = new Set(['main', 'cache', 'extensions']);

const isRequire = (node: unknown): boolean => nameOf(node) === 'require';

/** The path that an expression is, relative to the folder of its file; undefined where it is computed. */
function pathIn(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  switch (node.type) {
    case 'Literal':
      return literalText(node);
    case 'Identifier':
      return node.name === '__dirname' ? '.' : undefined;
    case 'TemplateLiteral': {
      const texts = nodesIn(node.quasis).map(quasiText);
      const paths = nodesIn(node.expressions).map(pathIn);
      return isAll(paths) ? texts.map((text, index) => `${text}${paths[index] ?? ''}`).join('') : undefined;
    }
    case 'CallExpression': {
      const paths = nodesIn(node.arguments).map(pathIn);
      const called = isNode(node.callee) ? nameOf(node.callee.property) : undefined;
      return joins.has(called ?? '') && isAll(paths) ? posix.join(...paths) : undefined;
    }
    default:
      return undefined;
  }
}

const isAll = (paths: readonly (string | undefined)[]): paths is string[] => !paths.includes(undefined);

/** Functions of `path` that put parts of a path together. */
const joins: ReadonlySet<string> = new Set(['join', 'resolve']);
