/** The syntax tree of a program, in the form in which the parser returns it. */
export interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}

export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

/** The nodes of a list; a hole in an array is no node. */
export const nodesIn = (value: unknown): Node[] => (Array.isArray(value) ? value.filter(isNode) : []);

/** Calls `visit` with each node that is directly inside `node`, in the order of the text. */
export function eachChild(node: Node, visit: (child: Node) => void): void {
  for (const key in node) {
    // Places in the text are no nodes.
    if (key === 'loc') continue;
    const value = node[key];
    if (Array.isArray(value)) {
      for (const each of value) if (isNode(each)) visit(each);
    } else if (isNode(value)) visit(value);
  }
}

const functions = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

export const isFunction = ({ type }: Node): boolean => functions.has(type);

export const nameOf = (value: unknown): string | undefined =>
  isNode(value) && value.type === 'Identifier' && typeof value.name === 'string' ? value.name : undefined;

/** The text of a literal. */
export const literalText = (value: unknown): string | undefined =>
  isNode(value) && value.type === 'Literal' && typeof value.value === 'string' ? value.value : undefined;

/** The name of a property where the program writes it as a name or a text. */
export const plainKey = ({ key, computed }: Node): string | undefined =>
  (computed === true ? undefined : nameOf(key)) ?? literalText(key);

/** The constant text of a part of a template. */
export function quasiText({ value }: Node): string {
  const cooked: unknown = typeof value === 'object' && value !== null && 'cooked' in value ? value.cooked : '';
  return typeof cooked === 'string' ? cooked : '';
}

/** The line where a node begins, counted from 1. */
export const lineOf = ({ loc }: Node): number => (loc as { readonly start: { readonly line: number } }).start.line;
