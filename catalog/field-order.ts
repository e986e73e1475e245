/** Puts the fields of a manifest in the order of its schema, each with its comments. Changes nothing else. */
import { isMap, isPair, isScalar, isSeq, parseDocument, type Document, type ParsedNode, type YAMLMap } from 'yaml';
import { manifestFields } from '../schemas/compiled.js';
import type { FieldTree } from '../schemas/compiled.js';

/** As every manifest is read. */
export const yamlOptions = { stringKeys: true, resolveKnownTags: false, version: '1.2' } as const;

/** The same text with its fields in order. A field that cannot be moved safely is left where it is. */
export function inOrderOfFields(text: string, document: Document.Parsed): string {
  let ordered = text;
  let { contents } = document;
  for (let depth = 0; depth < maxDepth; depth++) {
    const edits = editsIn(ordered, contents, manifestFields);
    if (edits.length === 0) break;
    // They stand one after the other: from the end on, none moves another.
    for (const { from, to, text: part } of edits.toReversed())
      ordered = ordered.slice(0, from) + part + ordered.slice(to);
    contents = parseDocument(ordered, yamlOptions).contents;
  }
  return ordered;
}

/** Deeper than any field of a manifest lies. */
const maxDepth = 16;

/** A part of a text and what is to stand there. */
interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Puts the maps in order that hold no other map to be put in order. */
function editsIn(text: string, node: unknown, fields: FieldTree | undefined): Edit[] {
  if (isSeq(node)) return node.items.flatMap((item) => editsIn(text, item, fields?.['*']));
  if (!isMap(node) || fields === undefined) return [];
  const inner = node.items.flatMap(({ key, value }) => {
    const name = isScalar(key) ? String(key.value) : '';
    return editsIn(text, value, Object.hasOwn(fields, name) ? fields[name] : fields['*']);
  });
  return inner.length > 0 ? inner : editOf(text, node, fields);
}

function editOf(text: string, map: YAMLMap, fields: FieldTree): Edit[] {
  if ('*' in fields || map.items.length < 2) return [];
  const known = Object.keys(fields);
  const ranks = map.items.map(({ key }) => {
    const rank = isScalar(key) ? known.indexOf(String(key.value)) : -1;
    return rank < 0 ? known.length : rank;
  });
  const order = [...ranks.keys()].toSorted((a, b) => (ranks[a] ?? 0) - (ranks[b] ?? 0) || a - b);
  if (order.every((from, to) => from === to)) return [];
  const edit = map.flow === true ? flowInOrder(text, map, order) : blockInOrder(text, map, order);
  return edit === undefined || edit.text === text.slice(edit.from, edit.to) ? [] : [edit];
}

/** `{b: 1, a: 2}`: the fields change places, and what stands between them stays. */
function flowInOrder(text: string, map: YAMLMap, order: readonly number[]): Edit | undefined {
  const places = map.items.map(({ key, value }) => [startOf(key), endOf(value ?? key)] as const);
  const [from, to] = [places[0]?.[0] ?? 0, places.at(-1)?.[1] ?? 0];
  if (text.slice(from, to).includes('#')) return undefined;
  let [ordered, at] = ['', from];
  for (const [place, source] of order.entries()) {
    const [[start, end], [sourceStart, sourceEnd]] = [places[place] ?? [0, 0], places[source] ?? [0, 0]];
    ordered += text.slice(at, start) + text.slice(sourceStart, sourceEnd);
    at = end;
  }
  return { from, to, text: ordered };
}

/** Whole lines change places: those of a field, and the comments right above it. */
function blockInOrder(text: string, map: YAMLMap, order: readonly number[]): Edit | undefined {
  const keys = map.items.map(({ key }) => startOf(key));
  const [firstKey = 0] = keys;
  const firstLine = lineStart(text, firstKey);
  const indent = firstKey - firstLine;
  // In a list, the first field stands behind the dash.
  const dash = /^ *- +$/u.exec(text.slice(firstLine, firstKey))?.[0] ?? '';
  if (dash === '' && text.slice(firstLine, firstKey).trim() !== '') return undefined;
  const last = map.items.at(-1);
  const end = withDeeperComments(text, lineEnd(text, endOf(last?.value ?? last?.key)), indent);
  const starts = keys.map((key, index) =>
    index === 0 && dash !== '' ? firstLine : withComments(text, lineStart(text, key), indent, index === 0),
  );
  const parts = starts.map((start, index) => text.slice(start, starts[index + 1] ?? end));
  parts[0] = (parts[0] ?? '').replace(dash, ' '.repeat(dash.length));
  const moved = order.map((from) => parts[from] ?? '').join('');
  const begun = dash === '' ? moved : dash + moved.replace(/^\n+/u, '').slice(dash.length);
  return { from: starts[0] ?? 0, to: end, text: begun };
}

/** Where the comments and blank lines above a line begin that belong to it. */
function withComments(text: string, start: number, indent: number, first: boolean): number {
  let begin = start;
  while (begin > 0) {
    const line = text.slice(lineStart(text, begin - 1), begin - 1);
    const comment = /^ *(?=#)/u.exec(line)?.[0];
    // What is indented further is about the field before.
    if (line.trim() !== '' && (comment === undefined || comment.length > indent)) break;
    // What stands at the top of a file, apart or for editors, is about the file.
    if (first && indent === 0 && (line.trim() === '' || /^# *yaml-language-server:/u.test(line))) break;
    begin = lineStart(text, begin - 1);
  }
  return begin;
}

function withDeeperComments(text: string, end: number, indent: number): number {
  let after = end;
  while (after < text.length) {
    const next = lineEnd(text, after);
    const comment = /^ *(?=#)/u.exec(text.slice(after, next))?.[0];
    if (comment === undefined || comment.length <= indent) break;
    after = next;
  }
  return after;
}

const lineStart = (text: string, offset: number): number => (offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1);

/** Where the line after an offset begins. */
function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end + 1;
}

const startOf = (node: unknown): number => (node as ParsedNode | null)?.range[0] ?? 0;

/** Where the last thing in a node ends, without what follows it on its line. */
function endOf(node: unknown): number {
  if (isPair(node)) return endOf(node.value ?? node.key);
  if ((isMap(node) || isSeq(node)) && node.flow !== true && node.items.length > 0) return endOf(node.items.at(-1));
  const end = (node as ParsedNode | null)?.range[1] ?? 0;
  // A block of text ends with its last line.
  return isScalar(node) && node.type?.startsWith('BLOCK') === true ? end - 1 : end;
}
