/** What a program refers to: the texts in it that may be paths, and whether it may load something that no text names. */
import { posix } from 'node:path';
import { AstAnalyser } from '@nodesecure/js-x-ray';
import type { PackageFile } from '../../../core/tarball.ts';

/** The references of one file. */
export interface References {
  /** Every text in the file. */
  readonly texts: ReadonlySet<string>;
  /** Those of them that `require` or `import` names. */
  readonly loads: ReadonlySet<string>;
  /** Whether it may load a file whose name it computes. */
  readonly loadsUnknown: boolean;
}

/** Reads the references of a JavaScript program. One that cannot be parsed may load anything. */
export type ReferenceReader = (file: Pick<PackageFile, 'content'>) => References;

/** With these modules, a program can load or start a file in other ways than `require` and `import`. */
const loaders: ReadonlySet<string> = new Set(
  ['child_process', 'cluster', 'module', 'vm', 'worker_threads'].flatMap((name) => [name, `node:${name}`]),
);

/** The same, by names of functions. */
const loadingNames: ReadonlySet<string> = new Set([
  'createRequire',
  'dlopen',
  'getBuiltinModule',
  'importScripts',
  'mainModule',
  'Worker',
]);

/** The part of a node in the syntax tree that is read here. */
interface Node {
  readonly type: string;
  readonly name?: unknown;
  readonly value?: unknown;
  readonly operator?: unknown;
  readonly source?: Node | null;
  readonly callee?: Node;
  readonly object?: Node;
  readonly property?: Node;
  readonly argument?: Node;
  readonly arguments?: readonly Node[];
  readonly expressions?: readonly Node[];
  readonly quasis?: readonly Node[];
}

export function openReferences(): ReferenceReader {
  let texts = new Set<string>();
  let loads = new Set<string>();
  let loadsUnknown = false;
  /** Every use of `require`, less those that name what they load. */
  let requires = 0;

  const visit = (node: Node): void => {
    if (isText(node.value)) texts.add(node.value);
    else if (node.type === 'TemplateElement') texts.add(cookedText(node.value));
    switch (node.type) {
      case 'Identifier':
        if (node.name === 'require') requires++;
        else if (loadingNames.has(String(node.name))) loadsUnknown = true;
        break;
      case 'MemberExpression':
        // `require.main` and the like load nothing. `require.resolve` is read where it is called.
        if (isRequire(node.object) && harmless.has(String(node.property?.name))) requires--;
        break;
      case 'UnaryExpression':
        if (node.operator === 'typeof' && isRequire(node.argument)) requires--;
        break;
      case 'ImportExpression':
        visitLoad(node.source);
        break;
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
      case 'ExportNamedDeclaration':
        if (node.source !== null && node.source !== undefined) visitLoad(node.source);
        break;
      case 'CallExpression':
      case 'NewExpression':
        visitCall(node);
        break;
    }
  };

  const visitLoad = (node: Node | null | undefined): boolean => {
    const path = pathIn(node);
    if (path === undefined) loadsUnknown = true;
    else loads.add(path);
    return path !== undefined;
  };

  const visitCall = ({ callee, arguments: given = [] }: Node): void => {
    const [path] = given.map(pathIn);
    if (path !== undefined) texts.add(path);
    const resolves = isRequire(callee?.object) && callee?.property?.name === 'resolve';
    if ((isRequire(callee) || resolves) && visitLoad(given[0])) requires--;
    if ((callee?.name === 'eval' || callee?.name === 'Function') && !given.every((each) => isText(each.value)))
      loadsUnknown = true;
  };

  const analyser = new AstAnalyser({
    customProbes: [
      {
        name: 'references',
        validateNode: (node) => {
          visit(node as unknown as Node);
          return [false];
        },
        main: () => null,
      },
    ],
    skipDefaultProbes: true,
  });

  return ({ content }) => {
    texts = new Set();
    loads = new Set();
    loadsUnknown = false;
    requires = 0;
    try {
      analyser.analyse(
        Buffer.from(content)
          .toString('utf8')
          .replace(/^\ufeff/u, ''),
      );
    } catch {
      loadsUnknown = true;
    }
    return { texts, loads, loadsUnknown: loadsUnknown || requires > 0 || [...texts].some((text) => loaders.has(text)) };
  };
}

const harmless: ReadonlySet<string> = new Set(['main', 'cache', 'extensions']);

const isText = (value: unknown): value is string => typeof value === 'string';
const isRequire = (node: Node | undefined): boolean => node?.type === 'Identifier' && node.name === 'require';

/** The path that an expression is, relative to the folder of its file; undefined where it is computed. */
function pathIn(node: Node | null | undefined): string | undefined {
  switch (node?.type) {
    case 'Literal':
      return isText(node.value) ? node.value : undefined;
    case 'Identifier':
      return node.name === '__dirname' ? '.' : undefined;
    case 'TemplateLiteral': {
      const texts = (node.quasis ?? []).map(({ value }) => cookedText(value));
      const paths = (node.expressions ?? []).map(pathIn);
      return paths.every(isText) ? texts.map((text, index) => `${text}${paths[index] ?? ''}`).join('') : undefined;
    }
    case 'CallExpression': {
      const paths = (node.arguments ?? []).map(pathIn);
      return joins.has(String(node.callee?.property?.name)) && paths.every(isText) ? posix.join(...paths) : undefined;
    }
    default:
      return undefined;
  }
}

/** Functions of `path` that put parts of a path together. */
const joins: ReadonlySet<string> = new Set(['join', 'resolve']);

const cookedText = (value: unknown): string =>
  typeof value === 'object' && value !== null && 'cooked' in value && isText(value.cooked) ? value.cooked : '';
