/**
 * Searches for phrases: words in a given order, with a limited number of other words between them. A text is read once, word
 * by word, for all phrases together, so the time grows only in proportion to the length of the text.
 */
import { plain, type Reading } from './fold.ts';

/** `ignore|disregard ..4 previous|prior instructions`: alternatives, and how many other words may come before the next. */
export type Phrase<Meaning> = readonly [words: string, meaning: Meaning];

export interface Hit<Meaning> {
  readonly meaning: Meaning;
  /** The words of the phrase and the words between them, in lower case. */
  readonly words: string;
}

interface Step {
  readonly phrase: number;
  readonly step: number;
  readonly within: number;
}

export interface PhraseBook<Meaning> {
  /** For each meaning, the first place with a phrase of this meaning. */
  readonly find: (reading: Reading) => Hit<Meaning>[];
}

/** Makes one search out of many phrases. */
export function phraseBook<Meaning>(phrases: readonly Phrase<Meaning>[]): PhraseBook<Meaning> {
  const vocabulary = new Map<string, Step[]>();
  const lengths = phrases.map(([words], phrase) => readPhrase(words, phrase, vocabulary));
  // Later steps first: where two steps of a phrase accept the same word, one word must not count for both.
  const known = knownWords(vocabulary.keys());
  for (const steps of vocabulary.values()) steps.sort((a, b) => a.phrase - b.phrase || b.step - a.step);
  return {
    find: ({ folded }) => {
      const words = wordsOf(folded, known);
      // The latest word at which the first steps of a phrase were complete, and where they began: since only the distance
      // to the next word counts, an earlier one can never do better.
      const last = lengths.map((length) => new Int32Array(length).fill(-1));
      const first = lengths.map((length) => new Int32Array(length));
      const found = new Map<Meaning, Hit<Meaning>>();
      for (const [index, word] of words.entries())
        for (const { phrase, step, within } of vocabulary.get(word) ?? []) {
          const [ends, starts] = [last[phrase], first[phrase]];
          const before = step === 0 ? index : (ends?.[step - 1] ?? -1);
          if (ends === undefined || starts === undefined || before < 0 || (step > 0 && index - before > within))
            continue;
          ends[step] = index;
          starts[step] = step === 0 ? index : (starts[step - 1] ?? 0);
          const meaning = phrases[phrase]?.[1];
          if (step + 1 < ends.length || meaning === undefined || found.has(meaning)) continue;
          found.set(meaning, { meaning, words: words.slice(starts[step], index + 1).join(' ') });
        }
      return [...found.values()];
    },
  };
}

/** Adds a phrase to the vocabulary, and returns its number of steps. */
function readPhrase(words: string, phrase: number, vocabulary: Map<string, Step[]>): number {
  let step = 0;
  let within = 1;
  for (const token of words.split(' '))
    if (token.startsWith('..')) within = Number(token.slice(2)) + 1;
    else {
      for (const word of token.split('|')) {
        const key = plain(word).toLowerCase();
        vocabulary.set(key, [...(vocabulary.get(key) ?? []), { phrase, step, within }]);
      }
      step++;
      within = 1;
    }
  return step;
}

interface KnownWords {
  readonly has: (word: string) => boolean;
  /** The longest known word at this place, or the empty string. */
  readonly at: (run: string, start: number) => string;
}

function knownWords(words: Iterable<string>): KnownWords {
  const all = new Set(words);
  const byStart = Map.groupBy(
    [...all].filter((word) => word.length > 1).toSorted((a, b) => b.length - a.length),
    (word) => word.slice(0, 2),
  );
  return {
    has: (word) => all.has(word),
    at: (run, start) => byStart.get(run.slice(start, start + 2))?.find((word) => run.startsWith(word, start)) ?? '',
  };
}

/** The words of a text in lower case; camel case, digits for letters and missing or added spaces are resolved. */
function wordsOf(folded: string, known: KnownWords): string[] {
  const words: string[] = [];
  const add = (more: readonly string[]): void => {
    for (const word of more) words.push(word);
  };
  let letters: string[] = [];
  const addLetters = (): void => {
    if (letters.length > 0) add(letters.length > 3 ? segments(letters.join(''), known) : letters);
    letters = [];
  };
  for (const [token] of folded.matchAll(/[\p{L}\p{N}@$]+/gu)) {
    const word = token.toLowerCase();
    // Single letters with spaces or dots between them are joined to words.
    if (token.length === 1 && word >= 'a' && word <= 'z') {
      letters.push(word);
      continue;
    }
    addLetters();
    if (known.has(word)) words.push(word);
    else if (/[0-9@$]/u.test(word)) words.push(withoutDigits(word, known));
    else if (/\p{Ll}\p{Lu}/u.test(token)) add(token.split(/(?<=\p{Ll})(?=\p{Lu})/u).map((part) => part.toLowerCase()));
    else add(segments(word, known));
  }
  addLetters();
  return words;
}

const letterFor: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
};

function withoutDigits(word: string, known: KnownWords): string {
  const spelled = word.replace(/[013457@$]/gu, (digit) => letterFor[digit] ?? digit);
  return known.has(spelled) ? spelled : word;
}

/** No word of a phrase is longer. */
const maxWordLength = 16;

/**
 * Splits a run of letters into the longest known words. A run that is short enough to be one word must consist of known words
 * only; a longer run, or one in a script without spaces, may have other letters between them.
 */
function segments(run: string, known: KnownWords): string[] {
  const mayHaveOthers = run.length > maxWordLength || !/^[a-z]+$/u.test(run);
  const found: string[] = [];
  for (let start = 0; start < run.length;) {
    const word = known.at(run, start);
    if (word !== '') found.push(word);
    else if (!mayHaveOthers) return [run];
    start += Math.max(word.length, 1);
  }
  return found.length > 0 ? found : [run];
}
