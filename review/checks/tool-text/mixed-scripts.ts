/** Finds words that mix scripts with letters that look alike. */
import type { Found } from './rules.ts';
import { quoted } from './quoted.ts';

const latin = /\p{Script=Latin}/u;
/** Scripts with many letters that look Latin. No language mixes one of these scripts with Latin in a word. */
const lookAlikeScripts =
  /[\p{Script=Cyrillic}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Lisu}\p{Script=Deseret}]/u;
/** The Greek letters that look like Latin ones. Other Greek letters are used in scientific words, as in `\u03bcm`. */
const greekLookAlikes =
  /[\u0391\u0392\u0395-\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bd\u03bf\u03c1\u03c5]/u;

/** The first word that mixes scripts. */
export function mixedScriptsIn(text: string): Found[] {
  if (!/[^\0-\u024f]/u.test(text)) return [];
  let possible: Found | undefined;
  for (const [word] of text.matchAll(/\p{L}+/gu)) {
    if (!latin.test(word)) continue;
    if (lookAlikeScripts.test(word))
      return [{ rule: 'text-mixed-scripts', level: 'block', what: `has ${quoted(word)}, a word of several scripts` }];
    if (word.length >= 4 && greekLookAlikes.test(word))
      possible ??= {
        rule: 'text-mixed-scripts',
        level: 'review',
        what: `has ${quoted(word)}, a word of several scripts`,
      };
  }
  return possible === undefined ? [] : [possible];
}
