/** A strict reader of the XML that we write: elements, attributes in double quotes, text. Anything else is an error. */

export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

const token = /<\?xml [^?<>]*\?>|<(\/?)([a-z]+)((?: [a-z]+="[^"<]*")*)(\/?)>|[^<]+/gy;
const allowed = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;
const entity = /&(?:(amp|lt|gt|quot)|#(\d+));/g;
const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };

function decoded(text: string): string {
  if (!allowed.test(text)) throw new Error('a character that XML does not allow');
  if (text.replace(entity, '').includes('&')) throw new Error('an ampersand that begins no entity');
  return text.replace(entity, (_all, name?: string, code?: string) =>
    name === undefined ? String.fromCodePoint(Number(code)) : (named[name] ?? ''),
  );
}

/** The root element. */
export function readXml(source: string): XmlElement {
  interface Open {
    readonly name: string;
    readonly attributes: ReadonlyMap<string, string>;
    readonly children: XmlElement[];
    text: string;
  }
  const root: Open = { name: '', attributes: new Map(), children: [], text: '' };
  const open = [root];
  let end = 0;
  for (const found of source.matchAll(token)) {
    end = found.index + found[0].length;
    const [all, closes = '', name, attributes = '', empty = ''] = found;
    const parent = open.at(-1) ?? root;
    if (name === undefined) {
      if (!all.startsWith('<')) parent.text += decoded(all);
    } else if (closes !== '') {
      if (parent.name !== name) throw new Error(`</${name}> ends <${parent.name}>`);
      open.pop();
    } else {
      const pairs = [...attributes.matchAll(/ ([a-z]+)="([^"]*)"/g)].map(
        ([, key = '', value = '']) => [key, decoded(value)] as const,
      );
      const element: Open = { name, attributes: new Map(pairs), children: [], text: '' };
      parent.children.push(element);
      if (empty === '') open.push(element);
    }
  }
  const [first] = root.children;
  if (end !== source.length) throw new Error(`no XML at ${end}`);
  if (open.length !== 1 || root.children.length !== 1 || first === undefined) throw new Error('not one whole element');
  return first;
}
