/** The XML that S3 and CloudFront speak: elements and text, no attribute but xmlns, no comment, no entity of its own. */
import { AwsError } from './aws-error.ts';

export interface Element {
  readonly name: string;
  readonly children: Element[];
  text: string;
}

const entities = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

const token = /<(?<close>\/?)(?<name>[A-Za-z]\w*)(?: xmlns="[^"<>]*")?(?<empty>\/?)>|(?<text>[^<>]+)/uy;

/** @throws AwsError `MalformedXML` */
export function parseXml(document: string): Element {
  const text = document.replace(/^<\?xml [^<>]*\?>/u, '').trim();
  const top: Element = { name: '', children: [], text: '' };
  const open = [top];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const found = token.exec(text)?.groups;
    const parent = open.at(-1);
    if (found === undefined || parent === undefined) throw malformed();
    const { close, name, empty, text: words } = found;
    if (words !== undefined) parent.text += unescape(words);
    else if (close === '/') {
      if (open.pop()?.name !== name || open.length === 0) throw malformed();
    } else {
      const element: Element = { name: name ?? '', children: [], text: '' };
      parent.children.push(element);
      if (empty !== '/') open.push(element);
    }
  }
  const [only] = top.children;
  if (open.length !== 1 || only === undefined || top.children.length > 1) throw malformed();
  return only;
}

const malformed = (): AwsError =>
  new AwsError('MalformedXML', 'The XML you provided was not well-formed or did not validate against our schema');

const unescape = (words: string): string =>
  words.replaceAll(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/giu, (_, decimal?: string, hex?: string, name?: string) => {
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    const value = entities.get(name ?? '');
    if (value === undefined) throw malformed();
    return value;
  });

/** The children of an element, where all of them have one of these names. @throws AwsError `MalformedXML` */
export function childrenOf(element: Element, ...names: readonly string[]): readonly Element[] {
  if (!element.children.every(({ name }) => names.includes(name))) throw malformed();
  return element.children;
}

export const textOf = (element: Element, name: string): string | undefined =>
  element.children.find((child) => child.name === name)?.text;

/** What an element holds: text, or elements in order. What is undefined is left out. */
export type Content = string | number | boolean | readonly (readonly [name: string, content: Content | undefined])[];

export const writeXml = (name: string, namespace: string, content: Content): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<${name}${namespace === '' ? '' : ` xmlns="${namespace}"`}>${inner(content)}</${name}>`;

function inner(content: Content): string {
  if (typeof content !== 'object') return escape(String(content));
  return content.map(([name, value]) => (value === undefined ? '' : `<${name}>${inner(value)}</${name}>`)).join('');
}

const escape = (words: string): string =>
  words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#13;');
