/** Compares two texts, word by word. */
import { diffWordsWithSpace } from 'diff';
import type { WordRun } from './types.ts';

/** The maximum length of each text, in UTF-16 units. */
const maxText = 10_000;
/** The maximum number of words that are added or removed between two texts. */
const maxEdits = 500;
/** The limit for all texts of one server. */
const maxTotal = 200_000;
/** The number of characters that stay at both ends of an unchanged part. */
const context = 60;

/** Returns the pieces of two texts, or undefined when they are too long or too different. */
export type CompareWords = (was: string, now: string) => readonly WordRun[] | undefined;

/**
 * Compares texts of one server up to a limit, so that a review does not take too long. The limits count words, not time, so
 * that the same texts give the same result on every machine.
 */
export function wordComparison(): CompareWords {
  let left = maxTotal;
  return (was, now) => {
    if (Math.max(was.length, now.length) > maxText || was.length + now.length > left) return undefined;
    left -= was.length + now.length;
    return diffWordsWithSpace(was, now, { maxEditLength: maxEdits })?.map(({ added, removed, value }) =>
      added || removed ? { kind: added ? 'added' : 'removed', text: value } : { kind: 'same', text: value },
    );
  };
}

/** A long text without its middle. */
export function elided(text: string): string {
  if (text.length <= 3 * context) return text;
  return `${text.slice(0, context)} … ${text.slice(-context)}`.toWellFormed();
}
