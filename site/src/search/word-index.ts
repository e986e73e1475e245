import type { SearchRow } from '../../../schemas/types.ts';
import { fields } from './fields.ts';
import { allowedTypos, isTypoOf } from './typos.ts';
import { wordsOf } from './words.ts';

/** How a word of the query was found in a word of a row. */
export type Kind = 'same' | 'beginning' | 'inside' | 'typo';

/**
 * Which words occur in which fields of which rows. A key press looks through the words, which are far fewer than the
 * texts, so that ten thousand rows and typos cost little.
 */
export class WordIndex {
  readonly rows: SearchRow[] = [];
  /** By word: row and field of each occurrence, in one number. */
  readonly #places = new Map<string, number[]>();
  /** All words, each between two line ends, so that one search goes through them. */
  #joined: string | undefined;

  /** The rows in the order in which equals are shown. */
  add(row: SearchRow): void {
    const at = this.rows.push(row) - 1;
    this.#joined = undefined;
    for (const [field, { texts }] of fields.entries())
      for (const text of texts(row)) for (const word of wordsOf(text)) this.#addPlace(word, at * fields.length + field);
  }

  #addPlace(word: string, place: number): void {
    const places = this.#places.get(word);
    if (places === undefined) this.#places.set(word, [place]);
    else if (places.at(-1) !== place) places.push(place);
  }

  /** The words of the rows in which a word of the query is found. Typos count only where it is found nowhere as it is. */
  find(typed: string): ReadonlyMap<string, Kind> {
    const found = new Map<string, Kind>();
    const joined = (this.#joined ??= `\n${[...this.#places.keys()].join('\n')}\n`);
    // One or two letters are a part of nearly every word: only beginnings count.
    const sought = typed.length < 3 ? `\n${typed}` : typed;
    for (let at = joined.indexOf(sought); at !== -1;) {
      const begin = sought === typed ? joined.lastIndexOf('\n', at) + 1 : at + 1;
      const end = joined.indexOf('\n', begin);
      const word = joined.slice(begin, end);
      const whole = word === typed ? 'same' : 'beginning';
      found.set(word, begin < at ? 'inside' : whole);
      at = joined.indexOf(sought, end);
    }
    const most = allowedTypos(typed);
    if (found.size > 0 || most === 0) return found;
    for (const word of this.#places.keys()) if (isTypoOf(typed, word, most)) found.set(word, 'typo');
    return found;
  }

  /** Calls back for each occurrence of a word, with the position of its row and of its field. */
  eachPlace(word: string, each: (row: number, field: number) => void): void {
    for (const place of this.#places.get(word) ?? []) {
      const row = Math.floor(place / fields.length);
      each(row, place - row * fields.length);
    }
  }
}
