/**
 * The only way in which YAML is read: YAML 1.2, one document, string keys, each key once; no anchors, aliases,
 * merge keys or tags, so that what a reviewer reads is what the program reads.
 */
import { isMap, isPair, isScalar, LineCounter, parseDocument, visit, type Document, type YAMLError } from 'yaml';
import type { Format } from './formats.ts';
import type { Fault, Problem } from './problem.ts';
import { checkFormat, type Violation } from './schema.ts';

/** 1-based place in a file. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

type Path = readonly (string | number)[];

/** A document of a format, with the way back from its fields to their places. */
export interface YamlFile<T> {
  readonly file: string;
  readonly value: T;
  /** The place of the value at a path, or of its key. */
  readonly locate: (path: Path, at?: 'key') => Place | undefined;
}

export type Read<T> =
  { readonly ok: true; readonly document: YamlFile<T> } | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads a file of a format, or says everything that is wrong with it. `file` is what problems call it. */
export function readYaml<T>(format: Format<T>, file: string, bytes: Uint8Array): Read<T> {
  const whole = (code: string, message: string, remedy: string): Read<T> => ({
    ok: false,
    problems: [{ code, file, message, remedy }],
  });
  if (bytes.byteLength > format.maxBytes)
    return whole(
      'too-large',
      `${bytes.byteLength} bytes are more than the ${format.maxBytes} that a ${format.name} may have`,
      'shorten it',
    );
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return whole('not-utf8', 'the file is not UTF-8', 'save it as UTF-8');
  }
  const { document, place } = parse(bytes, text);
  const problems = [
    ...[...document.errors, ...document.warnings].map((error) => ({ file, ...place(error.pos[0]), ...syntax(error) })),
    ...forbidden(document).map(({ offset, ...rest }) => ({ file, ...place(offset), ...rest })),
  ];
  if (problems.length > 0) return { ok: false, problems };

  const locate = locateIn(bytes);
  const checked = checkFormat(format, document.toJS());
  if (checked.ok) return { ok: true, document: { file, value: checked.value, locate } };
  return { ok: false, problems: checked.violations.map((violation) => located(file, violation, locate)) };
}

/**
 * Finds places in bytes that were read as YAML. The parsed document takes fifty times as much memory and is rarely
 * needed, so only the last one is kept: questions about one file come one after the other.
 */
export const locateIn =
  (bytes: Uint8Array): YamlFile<unknown>['locate'] =>
  (path, at) => {
    const { document, place } =
      lastParsed?.bytes === bytes ? lastParsed : parse(bytes, Buffer.from(bytes).toString('utf8'));
    const offset = offsetOf(document, path, at);
    return offset === undefined ? undefined : place(offset);
  };

interface Parsed {
  readonly bytes: Uint8Array;
  readonly document: Document;
  readonly place: (offset: number) => Place;
}

let lastParsed: Parsed | undefined;

function parse(bytes: Uint8Array, text: string): Parsed {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    uniqueKeys: true,
    resolveKnownTags: false,
    version: '1.2',
  });
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  lastParsed = { bytes, document, place };
  return lastParsed;
}

function located(file: string, violation: Violation, locate: YamlFile<unknown>['locate']): Problem {
  const { code, path, message, remedy, atKey } = violation;
  return { code, file, ...locate(path, atKey && 'key'), message, remedy };
}

function syntax(error: YAMLError): Fault {
  switch (error.code) {
    case 'DUPLICATE_KEY':
      return { code: 'duplicate-key', message: 'this key is here a second time', remedy: 'keep one of them' };
    case 'MULTIPLE_DOCS':
      return {
        code: 'multiple-documents',
        message: 'a second document begins here',
        remedy: 'write one document in each file',
      };
    default:
      return { code: 'not-yaml', message: error.message.toLowerCase(), remedy: 'see https://yaml.org/spec/1.2.2/' };
  }
}

type Forbidden = Fault & { readonly offset: number };

function forbidden(document: Document): Forbidden[] {
  const found: Forbidden[] = [];
  const { yaml, tags } = document.directives ?? {};
  if (yaml?.explicit === true || Object.keys(tags ?? {}).length > 1)
    found.push({
      code: 'directive',
      message: 'directives are not allowed',
      remedy: 'remove the lines that begin with %',
      offset: 0,
    });
  const remedy = 'write the value out';
  visit(document, {
    Alias: (_, node) =>
      void found.push({
        code: 'alias',
        message: `aliases such as *${node.source} are not allowed`,
        remedy,
        offset: offsetIn(node),
      }),
    Value(_, node) {
      const offset = offsetIn(node);
      if (node.anchor !== undefined)
        found.push({ code: 'anchor', message: `anchors such as &${node.anchor} are not allowed`, remedy, offset });
      if (node.tag !== undefined)
        found.push({ code: 'tag', message: `tags such as ${node.tag} are not allowed`, remedy, offset });
      if (isScalar(node) && typeof node.value === 'string' && !node.value.isWellFormed())
        found.push({
          code: 'half-character',
          message: 'half of a surrogate pair is not a character',
          remedy: 'write the character itself',
          offset,
        });
    },
    Pair(_, { key }) {
      if (isScalar(key) && key.value === '<<')
        found.push({ code: 'merge-key', message: 'merge keys are not allowed', remedy, offset: offsetIn(key) });
    },
  });
  return found;
}

const offsetIn = ({ range }: { readonly range?: readonly number[] | null | undefined }): number => range?.[0] ?? 0;

/** Where a value begins; where it is missing, where the nearest value or key around it begins. */
function offsetOf(document: Document, path: Path, at: 'key' | undefined): number | undefined {
  for (let depth = path.length; depth >= 0; depth--) {
    const parent = document.getIn(path.slice(0, depth - 1), true);
    if (depth > 0 && isMap(parent) && (at === 'key' || depth < path.length)) {
      const pair = parent.items.find(
        (item) => isPair(item) && isScalar(item.key) && item.key.value === path[depth - 1],
      );
      if (isScalar(pair?.key)) return pair.key.range?.[0];
    }
    const node = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
    if (typeof node === 'object' && node !== null && 'range' in node)
      return (node as { range?: readonly number[] | null }).range?.[0];
  }
  return undefined;
}
