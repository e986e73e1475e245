/** A part of a text. */
export interface TextPart {
  readonly text: string;
  readonly isDigest: boolean;
}

/** SHA-256 to SHA-512 in hexadecimal, as a name of an image has it, or as a lock of npm has it. */
const digest =
  /(?:sha(?:256|384|512):)?(?<![0-9a-z])[0-9a-f]{64,128}(?![0-9a-z])|sha(?:256|384|512)-[A-Za-z0-9+/]{43,86}={0,2}/gu;

/** Splits a text before and after each digest in it. */
export function digestParts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (const found of text.matchAll(digest)) {
    if (found.index > from) parts.push({ text: text.slice(from, found.index), isDigest: false });
    from = found.index + found[0].length;
    parts.push({ text: found[0], isDigest: true });
  }
  if (from < text.length) parts.push({ text: text.slice(from), isDigest: false });
  return parts;
}
