/** A part of a text, or the names of invisible characters. */
export type Piece =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'hidden'; readonly label: string };

/**
 * Controls, direction marks, zero-width and tag characters, and the variation selectors that can carry bytes.
 * They can make text look different from what it is, or give a model text that people do not see. Tab, newline and the joiners
 * that Persian and emoji need stay.
 */
const hidden = /(?:(?![\t\n\u200c\u200d])(?:[\p{Cc}\p{Cf}\u2028\u2029]|[\u{e0100}-\u{e01ef}]))+/gu;

/**
 * Whether `pieces` has more to say than the text. Where a page has hundreds of texts, only those that hide something are
 * given to `Text.astro`: a component takes longer than the text in it.
 */
export const hasHidden = (text: string): boolean => text.search(hidden) !== -1;

/** Splits text from outside so that hidden characters can be named at their place. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let from = 0;
  for (const run of text.matchAll(hidden)) {
    if (run.index > from) found.push({ kind: 'text', text: text.slice(from, run.index) });
    found.push({ kind: 'hidden', label: label(run[0]) });
    from = run.index + run[0].length;
  }
  if (from < text.length) found.push({ kind: 'text', text: text.slice(from) });
  return found;
}

/** The text in one line without hidden characters, cut to `maxCharacters`: for titles and meta descriptions. */
export function plainLine(text: string, maxCharacters: number): string {
  const line = text.replace(hidden, ' ').replace(/\s+/g, ' ').trim();
  // Most are short enough by their length alone, which is never less than their characters.
  if (line.length <= maxCharacters) return line;
  const characters = [...line];
  return characters.length <= maxCharacters ? line : `${characters.slice(0, maxCharacters - 1).join('')}…`;
}

function label(run: string): string {
  const [first = '', ...others] = run;
  const name = `U+${(first.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  return others.length === 0 ? name : `${name} and ${others.length} more hidden`;
}
