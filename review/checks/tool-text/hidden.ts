/** Characters that a person does not see but a model reads. */

export type Hidden =
  | 'text-tag-characters'
  | 'text-bidi-controls'
  | 'text-zero-width'
  | 'text-variation-selectors'
  | 'text-private-use'
  | 'text-control-characters';

export interface HiddenFound {
  readonly kind: Hidden;
  /** Whether it blocks, because no honest text uses the characters in this way. */
  readonly blocks: boolean;
  readonly count: number;
  /** The first one, as `U+200B`. */
  readonly first: string;
}

/** So many invisible characters or more can carry a message, so they block. */
const manyHidden = 8;

const rightToLeft = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const joining =
  /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]/u;
const withoutSpaces = /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]/u;
const hangul = /\p{Script=Hangul}/u;
const han = /\p{Script=Han}/u;
const emoji = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\u{fe0f}]/u;
const selectable = /[\p{Emoji}\p{Extended_Pictographic}\p{So}\p{Sm}\p{Po}\p{Script=Han}]/u;
const variable = /[\p{Sm}\p{Script=Han}\p{Script=Myanmar}\p{Script=Phags_Pa}]/u;
const mongolian = /\p{Script=Mongolian}/u;
const asciiWord = /[a-z0-9]/iu;
/** The only flags made of tag characters: England, Scotland, Wales. */
const tagFlags =
  /\u{1f3f4}\u{e0067}\u{e0062}(?:\u{e0065}\u{e006e}\u{e0067}|\u{e0073}\u{e0063}\u{e0074}|\u{e0077}\u{e006c}\u{e0073})\u{e007f}/gu;

type Verdict = { readonly kind: Hidden; readonly isSevere: boolean };

/** The hidden characters of a text, by kind. */
export function hiddenIn(text: string): HiddenFound[] {
  if (/^[\n\t -~]*$/u.test(text)) return [];
  const characters = [...text.replace(tagFlags, '')];
  const isRightToLeft = rightToLeft.test(text);
  const found = new Map<Hidden, { blocks: boolean; count: number; first: string }>();
  for (const [index, character] of characters.entries()) {
    const verdict = kindOf(character, characters[index - 1] ?? '', characters[index + 1] ?? '', isRightToLeft);
    if (verdict === undefined) continue;
    const { kind, isSevere } = verdict;
    const seen = found.get(kind) ?? { blocks: false, count: 0, first: codePoint(character) };
    seen.count++;
    seen.blocks ||= isSevere || (seen.count >= manyHidden && character !== softHyphen);
    found.set(kind, seen);
  }
  return [...found].map(([kind, { blocks, count, first }]) => ({ kind, blocks, count, first }));
}

const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

const softHyphen = '\u00ad';
const byteOrderMark = '\ufeff';

function kindOf(character: string, before: string, after: string, isRightToLeft: boolean): Verdict | undefined {
  if (character >= ' ' && character <= '~') return undefined;
  if (/[\u{e0000}-\u{e007f}]/u.test(character)) return { kind: 'text-tag-characters', isSevere: true };
  if (/[\u202a-\u202e\u2066-\u206f]/u.test(character))
    return { kind: 'text-bidi-controls', isSevere: !isRightToLeft || /[\u202d\u202e\u206a-\u206f]/u.test(character) };
  if (/[\u061c\u200e\u200f]/u.test(character))
    return isRightToLeft ? undefined : { kind: 'text-bidi-controls', isSevere: false };
  if (/[\ufe00-\ufe0f\u{e0100}-\u{e01ef}\u180b-\u180d\u180f]/u.test(character)) return selectorKind(character, before);
  if (/[\p{Co}]/u.test(character)) return { kind: 'text-private-use', isSevere: false };
  if (/[\p{Cc}\u2028\u2029\p{Noncharacter_Code_Point}]/u.test(character)) return controlKind(character, after);
  if (/[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/u.test(character))
    return isNeeded(character, before, after)
      ? undefined
      : {
          kind: 'text-zero-width',
          isSevere: character !== softHyphen && asciiWord.test(before) && asciiWord.test(after),
        };
  return undefined;
}

function selectorKind(character: string, before: string): Verdict | undefined {
  // Two selectors choose between text and emoji. Editors leave them behind when they remove an emoji. The others choose a
  // glyph.
  const isPresentation = character === '\ufe0e' || character === '\ufe0f';
  const allowed = isPresentation
    ? selectable.test(before)
    : /[\ufe00-\ufe02]/u.test(character)
      ? variable.test(before)
      : /[\u{e0100}-\u{e01ef}]/u.test(character)
        ? han.test(before)
        : /[\u180b-\u180f]/u.test(character) && mongolian.test(before);
  return allowed ? undefined : { kind: 'text-variation-selectors', isSevere: !isPresentation };
}

function controlKind(character: string, after: string): Verdict | undefined {
  if (character === '\n' || character === '\t' || (character === '\r' && after === '\n')) return undefined;
  // Old ways to end a line or a page are not dangerous.
  return { kind: 'text-control-characters', isSevere: !/[\r\v\f\u0085\u2028\u2029]/u.test(character) };
}

/** Whether a script or an emoji needs this invisible character at this place. */
function isNeeded(character: string, before: string, after: string): boolean {
  if (character === byteOrderMark) return false;
  if (character === '\u200d' && emoji.test(before) && emoji.test(after)) return true;
  if (character === '\u200c' || character === '\u200d') return joining.test(before);
  if (character === '\u200b') return withoutSpaces.test(before);
  if (/[\u115f\u1160\u3164\uffa0]/u.test(character)) return hangul.test(before) || hangul.test(after);
  return /[\u034f\u17b4\u17b5\u180e]/u.test(character) && joining.test(before);
}
