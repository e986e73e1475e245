/** Undoes the simplest ways to hide words from a search, so that rules need not consider them. */

/**
 * The hidden parts of a text, or the empty string: letters written as escapes, words joined from pieces or with a comment
 * between them, readable text in Base64 or hexadecimal. The original text is also searched, so nothing is lost.
 */
export function unfolded(text: string): string {
  const plain = joined(unescaped(closed(text.replaceAll('\0', ''))));
  const decoded = decodedLiterals(plain);
  return `${plain === text ? '' : plain}\n${decoded.join('\n')}`.trim();
}

const known = new WeakMap<Uint8Array, string>();

/** The hidden parts of a text file. They are looked for once. */
export function unfoldedText(content: Uint8Array): string {
  const found = known.get(content) ?? unfolded(Buffer.from(content).toString('utf8'));
  known.set(content, found);
  return found;
}

/** Letters, digits and the characters of paths and addresses: none of them could end a string or reorder a line. */
const plainLetter = /^[\w./:@-]$/u;

const unescaped = (text: string): string =>
  text.includes('\\x') || text.includes('\\u')
    ? text.replace(
        /\\x([0-7][0-9a-f])|\\u00([0-7][0-9a-f])|\\u\{0{0,4}([0-7][0-9a-f])\}/giu,
        (whole, x?: string, u?: string, braced?: string) => {
          const letter = String.fromCharCode(Number.parseInt(x ?? u ?? braced ?? '', 16));
          return plainLetter.test(letter) ? letter : whole;
        },
      )
    : text;

/** Removes comments, and more than a few blanks, inside a call and between a name and its call or field. */
const closed = (text: string): string =>
  text
    .replace(/(?<=[\w$\])'"`])\s{0,4000}(?:\/\*(?:[^*]|\*(?!\/)){0,200}\*\/\s{0,400}){0,8}(?=[.([])/gu, (between) =>
      between.includes('/*') || /[^\S\n]{5}|\n\s*\n/u.test(between) ? '' : between,
    )
    .replace(/(?<=[(,.])\s{0,400}(?:\/\*(?:[^*]|\*(?!\/)){0,200}\*\/\s{0,400}){1,8}/gu, '');

const joined = (text: string): string => text.replace(/(["'`])\s{0,20}\+\s{0,20}\1/gu, '');

/** Decodes literals of at least 24 letters; shorter ones are usually words. */
function decodedLiterals(text: string): string[] {
  const found = new Set<string>();
  for (const [, literal = ''] of text.matchAll(/["'`]([A-Za-z0-9+/_-]{24,}={0,2})["'`]/gu)) {
    const decoded = readable(literal);
    if (decoded !== undefined) found.add(decoded);
  }
  return [...found];
}

function readable(literal: string): string | undefined {
  const encoding = /^(?:[0-9a-f]{2})+$/iu.test(literal) ? 'hex' : 'base64';
  // Most literals are not text; the first four bytes already show this.
  if (!isReadable(Buffer.from(literal.slice(0, 8), encoding))) return undefined;
  const bytes = Buffer.from(literal, encoding);
  return isReadable(bytes) ? bytes.toString('latin1') : undefined;
}

const isReadable = (bytes: Uint8Array): boolean =>
  bytes.every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 0x09);
