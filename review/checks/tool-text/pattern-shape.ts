/**
 * Simplifies regular expressions to the parts that decide whether they are ambiguous. The search for ambiguity has a limit of
 * steps, but counted repetitions, assertions and the tables of Unicode would still cost it unlimited memory and time.
 */

/** A regular expression without names, counts above three, properties of Unicode, and assertions about the text around. */
export interface Shape {
  /** The expression itself, then the contents of its assertions. */
  readonly parts: readonly string[];
  /** The contents of groups that are repeated without end, or ten times or more. */
  readonly groups: readonly string[];
  /** The number of quantifiers: parts that are repeated or may be absent. */
  readonly repetitions: number;
  /** How deeply groups are nested. */
  readonly depth: number;
  /** Whether it refers back to what a group matched. */
  readonly refersBack: boolean;
}

const token =
  /\\k<|\\[1-9]|\\[pP]\{[^}]*\}|\\[\s\S]|\((?:\?(?:[:=!]|<[=!]|<[A-Za-z_$][\w$]*>))?|[[\])|]|[*+?]\??|\{\d+(?:,\d*)?\}\??|[^]/gu;

/** Finds the shape of an expression that compiles. */
export function shapeOf(source: string): Shape {
  const parts: string[] = [];
  const groups: string[] = [];
  const open: { readonly start: number; readonly asserts: boolean }[] = [];
  let [repetitions, depth] = [0, 0];
  let [inClass, refersBack] = [false, false];
  let shape = '';
  /** The group that a quantifier would repeat here. */
  let group: string | undefined;
  let asserted = false;
  for (const [word] of source.matchAll(token)) {
    const closed = group;
    const wasAsserted = asserted;
    group = undefined;
    asserted = false;
    if (/^\\[pP]\{/u.test(word)) shape += simplerProperty(word, inClass);
    else if (inClass || word === '[') {
      inClass = word !== ']';
      shape += word;
    } else if (word.startsWith('(')) {
      depth = Math.max(depth, open.push({ start: shape.length, asserts: /^\(\?<?[=!]/u.test(word) }));
      shape += word.startsWith('(?') ? '(?:' : '(';
    } else if (word === ')') {
      const { start, asserts } = open.pop() ?? { start: 0, asserts: false };
      const inner = shape.slice(start).replace(/^\((?:\?:)?/u, '');
      if (asserts) {
        parts.push(inner);
        shape = shape.slice(0, start);
        asserted = true;
      } else {
        shape += ')';
        group = inner;
      }
    } else if (/^[*+?{]/u.test(word) && word !== '{') {
      // Repeating an assertion changes nothing.
      if (wasAsserted) continue;
      const quantifier = simplerQuantifier(word);
      repetitions++;
      if (closed !== undefined && turnsOf(word) >= manyTurns) groups.push(closed);
      shape += quantifier;
    } else {
      refersBack ||= /^\\(?:k<|[1-9])/u.test(word);
      shape += word;
    }
  }
  return { parts: [shape, ...parts], groups, repetitions, depth, refersBack };
}

/** A group that matches in two ways, repeated so often, matches in a thousand ways. */
const manyTurns = 10;

/** How often a quantifier may repeat. */
function turnsOf(word: string): number {
  const counted = /^\{(\d+)(,?)(\d*)\}/u.exec(word);
  if (counted === null) return word.startsWith('?') ? 1 : Infinity;
  const [, from = '', comma, to = ''] = counted;
  return comma === '' ? Number(from) : to === '' ? Infinity : Number(to);
}

/**
 * High counts make the search long. For ambiguity, three repetitions mean the same as fifty, and an upper bound of fifty
 * the same as no bound.
 */
function simplerQuantifier(word: string): string {
  const counted = /^\{(\d+)(,?)(\d*)\}/u.exec(word);
  if (counted === null) return word.slice(0, 1);
  const [, from = '', comma, to = ''] = counted;
  if (comma === '') return `{${Math.min(3, Number(from))}}`;
  if (to !== '' && Number(to) <= 3) return `{${from},${to}}`;
  return Number(from) === 0 ? '*' : '+';
}

/** A few ASCII characters that have the property, or one that represents it. Disjoint properties must stay disjoint. */
function simplerProperty(word: string, inClass: boolean): string {
  const name = /^\\[pP]\{(?:General_Category=|gc=)?([^}]*)\}/u.exec(word)?.[1] ?? '';
  const members =
    asciiMembers.find(([names]) => names.test(name))?.[1] ?? String.fromCodePoint(0xe000 + (sumOf(name) % 0x1800));
  if (word.startsWith('\\P')) return inClass ? '\\W' : `[^${members}]`;
  return inClass ? members : `[${members}]`;
}

const asciiMembers: readonly (readonly [RegExp, string])[] = [
  [/^(?:Lu|Uppercase\w*)$/u, 'A-Z'],
  [/^(?:Ll|Lowercase\w*)$/u, 'a-z'],
  [/^(?:L\w?|Letter|Alpha\w*|ID_Start|XID_Start|ID_Continue|XID_Continue|Script=Latin|sc=Latn)$/u, 'A-Za-z'],
  [/^(?:N\w?|Number)$/u, '0-9'],
  [/^(?:P\w?|S\w?|Punctuation|Symbol)$/u, '!-/'],
  [/^(?:Z\w?|Separator|White_Space)$/u, ' '],
];

const sumOf = (text: string): number =>
  [...text].reduce((sum, character) => sum * 31 + (character.codePointAt(0) ?? 0), 7) % 0x7fffffff;

/** The number of quantifiers in a part that repeat without end, and of those that allow absence. */
export function countRepetitions(part: string): { readonly endless: number; readonly optional: number } {
  const quantifiers = [...part.matchAll(/\\[^]|\[(?:[^\]\\]|\\[^])*\]|\(\?:|[*+?]/gu)].map(([word]) => word);
  return {
    endless: quantifiers.filter((word) => word === '*' || word === '+').length,
    optional: quantifiers.filter((word) => word === '?').length,
  };
}
