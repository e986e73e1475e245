/**
 * Counts the characters of a text that nobody sees and that have no reason to be there. A message can be hidden in them in
 * any pattern, such as one after each word. Scripts and emoji need some of them, and a program that removes them lists each.
 */
import { isAscii } from 'node:buffer';

/** A text with fewer may have them by accident, as when it was copied from a page. */
const fewest = 8;

/** Says which hidden characters are in a text, or undefined where there are few or where all are explained. */
export function hiddenCharacters(content: Uint8Array): string | undefined {
  if (isAscii(content)) return undefined;
  const text = Buffer.from(content).toString('utf8').replace(flag, '');
  const listed = new Map<string, number>();
  const found = new Map<string, number>();
  let weight = 0;
  for (const match of text.matchAll(hidden)) {
    const run = match[0];
    const before = lastOf(text, match.index);
    const after = String.fromCodePoint(text.codePointAt(match.index + run.length) ?? 10);
    if (isExplained(run, before, after, text, match.index)) continue;
    if (isListed(run, before, after)) {
      const times = (listed.get(run) ?? 0) + 1;
      listed.set(run, times);
      if (times <= fewest) continue;
    }
    for (const each of run) {
      found.set(each, (found.get(each) ?? 0) + 1);
      // One of these is enough for a name that nobody sees.
      weight += filler.test(each) ? fewest : 1;
    }
  }
  return weight < fewest ? undefined : [...found.keys()].sort().slice(0, 4).map(shown).join(', ');
}

/** Every character without a shape. The rule `code-bidi` finds those that change the direction of text. */
const hidden = /[[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]--[\u202a-\u202e\u2066-\u2069]]+/gv;

/** A flag of a region is written with tags. */
const flag = /\u{1f3f4}[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{3,6}\u{e007f}/gu;

const filler = /[\u115f\u1160\u3164\uffa0]/u;
const pictures = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}]/u;
const joining =
  /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Nko}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Mongolian}\p{M}]/u;
const unspaced =
  /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
const toTheLeft = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}]/u;

/** Whether the writing around a run of hidden characters needs it. */
function isExplained(run: string, before: string, after: string, text: string, index: number): boolean {
  if (isInTable(run, text, index)) return true;
  if (/^[\ufe0e\ufe0f]?\u200d$/u.test(run) && pictures.test(before) && pictures.test(after)) return true;
  if ([...run].length > 1) return false;
  if (run === '\ufeff') return index === 0 || before === '\n';
  if (run === '\u00ad') return /\p{L}/u.test(before) && /\p{L}/u.test(after);
  if (run === '\u200b') return unspaced.test(before) || unspaced.test(after);
  if (run === '\u200c' || run === '\u200d') return joining.test(before);
  if (/[\ufe0e\ufe0f]/u.test(run))
    return /[\d#*]/u.test(before) ? after === '\u20e3' : /[\p{Emoji}\p{S}\p{Po}\p{Script=Han}]/u.test(before);
  if (/[\ufe00-\ufe0d\u{e0100}-\u{e01ef}]/u.test(run))
    return /[\p{Script=Han}\p{Script=Phags_Pa}\p{Script=Myanmar}\p{Sm}]/u.test(before);
  if (/[\u200e\u200f\u061c]/u.test(run))
    return /[-+−%٪\d]/u.test(before + after) || toTheLeft.test(text.slice(Math.max(0, index - 40), index + 40));
  if (/[\u115f\u1160\u3164\uffa0]/u.test(run)) return /\p{Script=Hangul}/u.test(before + after);
  return /[\u034f\u17b4\u17b5\u180b-\u180f]/u.test(run) && joining.test(before);
}

/** How far the characters of a table are looked at. */
const around = 8;
const unknownCharacter = '\ufffd';

/**
 * Whether a run stands in a table of an encoding, which lists every character once, hidden ones too. Between words that people
 * read, some of the characters next to it would be spaces, ASCII, or the same.
 */
function isInTable(run: string, text: string, index: number): boolean {
  if ([...run].length > 2) return false;
  const end = index + run.length;
  const beside = [
    ...[...text.slice(Math.max(0, index - 2 * around), index)].slice(-around),
    ...[...text.slice(end, end + 2 * around)].slice(0, around),
  ];
  const known = beside.filter((each) => each !== unknownCharacter);
  return (
    beside.length === 2 * around &&
    known.length >= around &&
    new Set(known).size === known.length &&
    known.every((each) => !isAscii(Buffer.from(each)))
  );
}

/** Whether a run stands alone between the signs of a list or of a regular expression. */
const isListed = (run: string, before: string, after: string): boolean =>
  new Set(run).size === [...run].length &&
  (filler.test(run) ? /^['"`-]{2}$/u : /^['"`[\]|\\^(){}/,-]{2}$/u).test(before + after);

/** The character before a place. */
function lastOf(text: string, index: number): string {
  const unit = text.charCodeAt(index - 1);
  const isLow = unit >= 0xdc00 && unit < 0xe000;
  return index === 0 ? '\n' : text.slice(index - (isLow ? 2 : 1), index);
}

const shown = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
