/** Brings text into the form in which a model understands it. Rules search this form, so that simple disguises do not help. */

/** Pairs of strings: letters that look like Latin letters but that NFKD does not change, and those Latin letters. */
const lookAlikes = new Map(
  [
    ['\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u051b\u051d\u04cf', 'aeopcyxijsdqwl'], // Cyrillic
    ['\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0406\u0408\u0405', 'ABEKMHOPCTYXIJS'],
    ['\u0432\u043a\u043c\u043d\u0442\u0433\u04bb\u0475', 'bkmhtrhv'],
    ['\u03b1\u03b5\u03b9\u03ba\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7\u03b3\u03c9', 'aeikvoptuxyw'], // Greek
    ['\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7', 'ABEZHIKMNOPTYX'],
    ['\u0561\u0563\u0570\u0578\u057d\u0585', 'wqhnuo'], // Armenian
    [
      '\u13aa\u13a0\u13a1\u13a2\u13a9\u13ac\u13b3\u13b7\u13bb\u13c0\u13c2\u13c3\u13cf\u13da\u13de\u13df',
      'GDRTYEWMHGhZbSLC',
    ],
    ['\u1d00\u0299\u1d04\u1d05\u1d07\ua730\u0262\u029c\u026a\u1d0a\u1d0b\u029f\u1d0d', 'abcdefghijklm'], // small capitals
    ['\u0274\u1d0f\u1d18\u0280\ua731\u1d1b\u1d1c\u1d20\u1d21\u028f\u1d22', 'noprstuvwyz'],
    ['\u0131\u0237\u0142\u0111\u00f8\u0251\u0261\u0269\u01c0\u2223\u2010\u2011\u2012\u2013\u2014', 'ijldoagil|-----'],
  ].flatMap(([from = '', to = '']) => [...from].map((letter, index): [string, string] => [letter, to[index] ?? ''])),
);

/** A few ligatures mean whole sentences; spelled out, they would make a text many times as long. */
const maxSpelledOut = 4;

/** The known plain forms of characters below U+10000. */
const plainForms = new Map<string, string>();

function plainForm(character: string): string {
  const known = lookAlikes.get(character) ?? plainForms.get(character);
  if (known !== undefined) return known;
  const decomposed = character.normalize('NFKD');
  const form =
    decomposed.length > maxSpelledOut
      ? character
      : decomposed
          .replace(/[\p{M}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '')
          .replace(/[^\0-\x7f]/gu, (part) => lookAlikes.get(part) ?? part);
  if (character.length === 1) plainForms.set(character, form);
  return form;
}

/** Compatibility forms, accents, invisible characters and look-alikes replaced; case and punctuation stay. */
export const plain = (text: string): string => text.replace(/[^\0-\x7f]/gu, plainForm);

const escape = /&#x([0-9a-f]{1,6});?|&#(\d{1,7});?|%([0-7][0-9a-f])|\\u\{?([0-9a-f]{2,6})\}?|\\x([0-9a-f]{2})/giu;
const entities = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['nbsp', ' '],
]);

/** Resolves the escapes of HTML, addresses and source code, one time only. */
const unescaped = (text: string): string =>
  /[&%\\]/u.test(text)
    ? text
        .replace(/&(lt|gt|amp|quot|nbsp);/giu, (whole, name: string) => entities.get(name.toLowerCase()) ?? whole)
        .replace(escape, (whole, hex?: string, decimal?: string, percent?: string, u?: string, x?: string) => {
          const code = decimal === undefined ? Number.parseInt(hex ?? percent ?? u ?? x ?? '', 16) : Number(decimal);
          return code >= 0x20 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
            ? String.fromCodePoint(code)
            : whole;
        })
    : text;

/** A text in the forms that rules search; each form is made once. */
export interface Reading {
  readonly text: string;
  /** Unescaped and plain. */
  readonly plain: string;
  /** The same without emphasis, for rules about wording. Case stays. */
  readonly folded: string;
}

/** Makes all forms of a text. */
export function readingOf(text: string): Reading {
  const read = plain(unescaped(text));
  return { text, plain: read, folded: withoutEmphasis(read) };
}

const withoutEmphasis = (text: string): string =>
  text.replace(/<\/?(?:b|i|u|em|strong|span|wbr)>/giu, '').replace(/[*`~'\u2018\u2019\u02bc]/gu, '');
